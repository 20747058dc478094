"""Load, as scripts/load starts it: many processes in three regions at once, through the built program.

Each of the processes of a region draws its turns from a deck that its seed shuffled: issue, trade (at home, and to
another region), redeem (at home, and at a merchant elsewhere), spend what others of the region spend at the same time,
seal, sync, look. Two clocks of cron in each region start jobs (sync, seal, now and then pack or verify) whether or not
earlier ones have ended. Some commands are killed with SIGKILL at a moment that was drawn, and some are run again.

Each of these is a failure:
- an exit status that the manual does not name for such a command in a busy region, or a refusal for another reason than
  that somebody else was faster;
- a command that takes longer than the limit, or a lock that is held when all is over;
- a record that some process was told is admitted, awaiting or sealed, and that is not confirmed in each region once
  quiet rounds of sync and seal are over, or a ledger that does not come to rest; a block that a process was told is
  sealed, and that is another one or none in some region;
- a record that is there twice, a head of a voucher that is spent twice, sums of `list`, `verify` and of the records
  themselves that differ, in any region, or a problem that `verify --full` finds;
- litter: unfinished or staged files;
- more memory or descriptors in the last quarter of the run than in the first;
- a kind of command or of trouble that did not occur.
"""

import collections
import fcntl
import hashlib
import json
import math
import mmap
import os
import pathlib
import random
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

SECONDS = float(os.environ.get("LOAD_SECONDS", "600"))
SEED = os.environ.get("LOAD_SEED", "0")
WORKERS = int(os.environ.get("LOAD_WORKERS", "20"))
LIMIT_SECONDS = float(os.environ.get("LOAD_LIMIT", "300"))
REGIONS = ("north", "south", "east")
BATCH_MAX = 1000
CLOCK_PERIODS_SECONDS = (3.0, 5.0)
JOBS_PER_CLOCK = 32
QUIET_ROUNDS_MAX = 20
# Of every command what it may say here, by its manual page.
ALLOWED = {
    "issue": {0},
    "trade": {0},
    "redeem": {0},
    "list": {0},
    "status": {0},
    "verify": {0},
    "validate": {0, 1, 2, 75},
    "seal": {0, 75},
    "sync": {0, 75},
    "pack": {0, 75},
}
KINDS = tuple(ALLOWED)
# Refusals for which it is reason enough that another process of the region was faster.
OVERTAKEN = {"spent", "reserved", "not-owner"}
# How many vouchers each account begins with, so that all kinds of turns occur from the beginning.
ENDOWMENT = 20
# quality: what verify and sync may take, at any number of records.
MEMORY_MAX_BYTES = 128 << 20
# What a command has with its caches of the index full, which takes some ten thousand records: it stays below this.
CACHES_MEBIBYTES = 64

failures = []


def fail(text):
    failures.append(text)
    print(f"load: failure: {text}", file=sys.stderr, flush=True)


class Slots:
    """Which commands run now: a row (process id, kind) for each process, shared by all of them."""

    ROW = struct.Struct("ii")

    def __init__(self, count):
        self.count = count
        self.memory = mmap.mmap(-1, self.ROW.size * count)

    def set(self, slot, process, kind):
        self.ROW.pack_into(self.memory, self.ROW.size * slot, process, KINDS.index(kind))

    def clear(self, slot):
        self.ROW.pack_into(self.memory, self.ROW.size * slot, 0, 0)

    def running(self):
        for slot in range(self.count):
            process, kind = self.ROW.unpack_from(self.memory, self.ROW.size * slot)
            if process:
                yield process, KINDS[kind]


class Log:
    """Lines of JSON that several processes append to one file, each in one write."""

    def __init__(self, path):
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **fields):
        os.write(self.descriptor, (json.dumps(fields) + "\n").encode())


class Runner:
    """Runs commands one after the other, kills some of them, and writes down how each one ended."""

    def __init__(self, name, region, place, slots, slot, started, draw):
        self.region = region
        self.scratch = place / "scratch" / name
        self.scratch.mkdir(parents=True)
        self.log = Log(place / "logs" / f"{name}.ndjson")
        self.slots = slots
        self.slot = slot
        self.started = started
        self.draw = draw
        self.usual_seconds = {}

    def run(self, kind, *arguments, input=None, output="out"):
        """The exit status, negative for a signal; standard output is in the file `output`."""
        words = ["scrip", kind, "-C", self.region, *arguments]
        out = self.scratch / output
        usual = self.usual_seconds.get(kind, 0.1)
        kill_after = self.draw.uniform(0, 1.3 * usual) if self.draw.random() < 0.12 else None
        begun = time.monotonic()
        with open(input or os.devnull, "rb") as source, open(out, "wb") as sink, open(
            self.scratch / "err", "wb"
        ) as complaints:
            process = subprocess.Popen(words, stdin=source, stdout=sink, stderr=complaints)
        self.slots.set(self.slot, process.pid, kind)
        waiter = os.pidfd_open(process.pid)
        poll = select.poll()
        poll.register(waiter, select.POLLIN)
        stuck = killed = False
        if kill_after is not None and not poll.poll(kill_after * 1000):
            killed = True
        elif not poll.poll(LIMIT_SECONDS * 1000):
            stuck = True
        if killed or stuck:
            # Not reaped yet, so this is the process and no other.
            signal.pidfd_send_signal(waiter, signal.SIGKILL)
        os.close(waiter)
        _, wait_status, usage = os.wait4(process.pid, 0)
        self.slots.clear(self.slot)
        process.returncode = status = os.waitstatus_to_exitcode(wait_status)
        seconds = time.monotonic() - begun
        if status >= 0:
            self.usual_seconds[kind] = 0.7 * usual + 0.3 * seconds
        entry = {
            "type": "run",
            "kind": kind,
            "at": begun - self.started,
            "seconds": seconds,
            "status": status,
            "memory": usage.ru_maxrss * 1024,
        }
        if killed:
            entry["killed"] = True
        if stuck:
            entry["stuck"] = f"{' '.join(words)} ({usage.ru_utime + usage.ru_stime:.1f} s of work)"
        elif not (killed and status == -signal.SIGKILL):
            complaint = (self.scratch / "err").read_text(errors="replace")[:400] if status > 2 else ""
            # 75 also stands for a directory that must not sign; none of these is such a one.
            if status not in ALLOWED[kind] or (status == 75 and "another scrip command" not in complaint):
                entry["wrong"] = f"{' '.join(words)}: {complaint}"
        self.log.write(**entry)
        return status

    def lines(self, name):
        """The whole lines of an output; a command that was killed may have written half of the last one."""
        with open(self.scratch / name, "rb") as source:
            for line in source:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def patience(self):
        """How long a command waits for the lock."""
        return ("--lock-timeout", str(self.draw.choice((0, 5, 5, 5, 60, 60))))

    def seal(self):
        self.run("seal", *self.patience(), output="sealed")
        for line in self.lines("sealed"):
            self.log.write(
                type="sealed", chain=line["chain"], height=line["height"], count=line["count"], root=line["root"]
            )

    def sync(self):
        self.run("sync", *self.patience())


class Worker(Runner):
    DECK = (
        ("issue",) * 6 + ("trade",) * 4 + ("away",) + ("redeem",) * 3 + ("redeem-away",) + ("overtake",) * 2
        + ("seal",) * 4 + ("sync",) * 4 + ("look",)
    )

    def __init__(self, number, accounts, **others):
        super().__init__(**others)
        self.number = number
        self.accounts = accounts
        self.turns = 0

    def work(self, until):
        deck = []
        while time.monotonic() < until:
            if not deck:
                deck = list(self.DECK)
                self.draw.shuffle(deck)
            self.turns += 1
            turn = deck.pop()
            if turn == "issue":
                self.issue()
            elif turn == "trade":
                self.spend("trade", self.own("first"), self.own("second"))
            elif turn == "away":
                self.spend("trade", self.own("first"), self.elsewhere("second"), most=200)
            elif turn == "redeem":
                self.spend("redeem", self.own("second"), self.accounts[self.region, "shop"])
            elif turn == "redeem-away":
                other = self.draw.choice([region for region in REGIONS if region != self.region])
                self.spend("redeem", self.own("second"), self.accounts[other, "shop"], most=200)
            elif turn == "overtake":
                self.spend("trade", self.accounts[self.region, "common"], self.own("first"), most=50)
            elif turn == "seal":
                self.seal()
            elif turn == "sync":
                self.sync()
            else:
                self.run("status")

    def own(self, name):
        return self.accounts[self.region, f"{name}-{self.number}"]

    def elsewhere(self, name):
        other = self.draw.choice([region for region in REGIONS if region != self.region])
        return self.accounts[other, f"{name}-{self.number}"]

    def batch(self):
        """From 1 to 1,000: every order of magnitude, and enough large ones."""
        if self.draw.random() < 0.5:
            return round(math.exp(self.draw.uniform(0, math.log(BATCH_MAX))))
        return self.draw.randint(1, BATCH_MAX)

    def issue(self):
        common = self.draw.random() < 0.15
        owner = self.accounts[self.region, "common"] if common else self.own("first")
        requests = self.scratch / "requests"
        with open(requests, "w") as sink:
            for number in range(self.batch()):
                # A reference makes it the same record if it is written again.
                request = {
                    "to": owner["address"],
                    "value": f"{self.draw.randint(1, 99)}.00CNY",
                    "ref": f"{self.number}-{self.turns}-{number}",
                    "partial": True,
                }
                sink.write(json.dumps(request) + "\n")
        shop = self.accounts[self.region, "shop"]
        for _ in range(2):
            if self.run("issue", "--key", shop["key"], "-", input=requests, output="records") == 0:
                self.validate()
                return

    def spend(self, kind, owner, to, most=BATCH_MAX):
        listed = self.run("list", "--owner", owner["address"], "--status", "held", output="held")
        number = 0
        count = min(self.batch(), most)
        with open(self.scratch / "held", "rb") as source, open(self.scratch / "requests", "wb") as sink:
            for line in source:
                if number == count:
                    break
                number += 1
                voucher = json.loads(line)
                if kind == "redeem" and voucher["remaining"] > 100 and self.draw.random() < 0.3:
                    # A part of it. A voucher line would redeem all.
                    line = json.dumps(
                        {"voucher": voucher["voucher"], "amount": self.draw.randint(1, voucher["remaining"] - 1)}
                    ).encode() + b"\n"
                sink.write(line)
        if listed != 0 or number == 0:
            self.issue()
            return
        party = "--merchant" if kind == "redeem" else "--to"
        status = self.run(
            kind, "--key", owner["key"], party, to["address"], "-", input=self.scratch / "requests", output="records"
        )
        if status == 0:
            # What the account of one process holds nobody else can take.
            self.validate(refusable=owner is self.accounts[self.region, "common"])

    def validate(self, refusable=False):
        """Until it is done, or somebody loses patience."""
        for _ in range(4):
            status = self.run("validate", *self.patience(), input=self.scratch / "records", output="results")
            told = collections.defaultdict(list)
            refused = collections.Counter()
            for line in self.lines("results"):
                if line["status"] == "rejected":
                    refused[line["code"]] += 1
                else:
                    told[line["status"]].append(line["id"])
            for state, ids in told.items():
                self.log.write(type="told", status=state, ids=ids)
            for code, number in refused.items():
                self.log.write(type="refused", code=code, count=number, expected=refusable and code in OVERTAKEN)
            if 0 <= status <= 2 or self.draw.random() < 0.2:
                return


def clock(place, slots, first_slot, region, number, started, until, jobs, row):
    """What cron does: starts a job each period, whatever became of earlier ones."""
    draw = random.Random(f"{SEED}/{region}/clock-{number}")
    period = CLOCK_PERIODS_SECONDS[number]
    log = Log(place / "logs" / f"{region}-clock-{number}.ndjson")
    alive = set()
    tick = 0
    time.sleep(draw.uniform(0, period))
    while time.monotonic() < until:
        alive = {process for process in alive if os.waitpid(process, os.WNOHANG)[0] == 0}
        jobs[row] = min(len(alive), 255)
        others = sum(jobs[other] for other in range(row - row % 2, row - row % 2 + 2))
        if len(alive) < JOBS_PER_CLOCK:
            log.write(type="job", overlaps=others)
            process = os.fork()
            if process == 0:
                job(place, slots, first_slot + tick % JOBS_PER_CLOCK, region, number, started, tick)
            alive.add(process)
        tick += 1
        time.sleep(period)
    for process in alive:
        os.waitpid(process, 0)
    os._exit(0)


def job(place, slots, slot, region, number, started, tick):
    runner = Runner(
        name=f"{region}-clock-{number}-{tick}",
        region=region,
        place=place,
        slots=slots,
        slot=slot,
        started=started,
        draw=random.Random(f"{SEED}/{region}/clock-{number}/{tick}"),
    )
    runner.sync()
    runner.seal()
    # Not each time, and least of all what reads everything.
    if number == 0 and tick % 4 == 1:
        runner.run("pack", "--keep", "5", *runner.patience())
    if number == 1 and tick % 32 == 1:
        runner.run("verify")
    os._exit(0)


def scrip(*words, wanted=(0,)):
    """Runs a command outside the load; its output as lines of JSON."""
    done = subprocess.run(["scrip", *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=10 * LIMIT_SECONDS)
    if done.returncode not in wanted:
        fail(f"scrip {' '.join(words)}: status {done.returncode}: {done.stderr.decode(errors='replace')[:400]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def found(place):
    """Three regions with a shop each, and the accounts of all processes."""
    os.chdir(place)
    for name in ("logs", "scratch", "keys", "temporary"):
        os.mkdir(name)
    os.environ["TMPDIR"] = str(place / "temporary")
    subprocess.run(["scrip", "init", "--quiet", *REGIONS], check=True, stdout=subprocess.DEVNULL)
    accounts = {}
    for region in REGIONS:
        names = ["shop", "common"]
        for number in range(WORKERS):
            names += [f"first-{number}", f"second-{number}"]
        for name in names:
            key = str(place / "keys" / f"{region}-{name}.pem")
            line = scrip("keygen", "--region", region, "--out", key)[0]
            accounts[region, name] = {"address": line["address"], "key": key}
        shop = accounts[region, "shop"]["address"]
        scrip("accredit", "-C", region, "--issuer", shop, "--name", "Shop", "--submit")
        with open("requests", "w") as sink:
            for name in names:
                request = {"to": accounts[region, name]["address"], "value": "50.00CNY", "count": ENDOWMENT}
                sink.write(json.dumps({**request, "partial": True}) + "\n")
        with open("requests", "rb") as source:
            words = ["scrip", "issue", "-C", region, "--key", accounts[region, "shop"]["key"], "--submit", "-"]
            subprocess.run(words, stdin=source, check=True, stdout=subprocess.DEVNULL)
        scrip("seal", "-C", region)
    return accounts


def hammer(place, accounts, samples):
    """Runs the load. `samples` gets (at, kind, descriptors) of commands that were running."""
    slots = Slots(len(REGIONS) * (WORKERS + 2 * JOBS_PER_CLOCK))
    jobs = mmap.mmap(-1, 2 * len(REGIONS))
    started = time.monotonic()
    until = started + SECONDS
    processes = {}
    slot = 0
    for place_of_region, region in enumerate(REGIONS):
        for number in range(WORKERS):
            process = os.fork()
            if process == 0:
                worker = Worker(
                    number=number,
                    accounts=accounts,
                    name=f"{region}-{number}",
                    region=region,
                    place=place,
                    slots=slots,
                    slot=slot,
                    started=started,
                    draw=random.Random(f"{SEED}/{region}/{number}"),
                )
                worker.work(until)
                os._exit(0)
            processes[process] = f"{region}-{number}"
            slot += 1
        for number in range(2):
            process = os.fork()
            if process == 0:
                clock(place, slots, slot, region, number, started, until, jobs, 2 * place_of_region + number)
            processes[process] = f"{region}-clock-{number}"
            slot += JOBS_PER_CLOCK
    # A job is three commands, a turn nine at most; each has its limit.
    while processes and time.monotonic() < until + 10 * LIMIT_SECONDS:
        while processes:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            name = processes.pop(process)
            if status != 0:
                fail(f"the process {name} broke off: {os.waitstatus_to_exitcode(status)}")
        at = time.monotonic() - started
        for process, kind in slots.running():
            try:
                if pathlib.Path(f"/proc/{process}/comm").read_text() == "scrip\n":
                    samples.append((at, kind, len(os.listdir(f"/proc/{process}/fd"))))
            except OSError:
                continue
        time.sleep(0.2)
    for process, name in processes.items():
        fail(f"the process {name} does not end")
        os.kill(process, signal.SIGKILL)
    return time.monotonic() - started


def come_to_rest():
    """Rounds of sync and seal until everything is decided and confirmed everywhere; how many it took."""
    for number in range(1, QUIET_ROUNDS_MAX + 1):
        sealed = 0
        for region in REGIONS:
            scrip("sync", "-C", region)
            sealed += len(scrip("seal", "-C", region))
        unfinished = []
        for region in REGIONS:
            for line in scrip("status", "-C", region):
                if line["type"] == "status" and (line["awaiting"] or line["complete"] or line["outbox"]):
                    unfinished.append(line)
                if line["type"] == "chain" and line["confirmed"] != line["size"]:
                    unfinished.append(line)
                if line["type"] == "alarm":
                    fail(f"an alarm in {region}: {line}")
        if sealed == 0 and not unfinished:
            return number
    fail(f"the ledger does not come to rest in {QUIET_ROUNDS_MAX} rounds: {unfinished[:3]}")
    return QUIET_ROUNDS_MAX


class Ledger:
    """What `cat` of a region says, added up without scrip."""

    def __init__(self, region):
        self.places = {}
        self.heads = set()
        self.blocks = collections.Counter()
        self.records = collections.Counter()
        self.kinds = collections.Counter()
        self.issued = collections.Counter()
        self.redeemed = collections.Counter()
        self.vouchers = 0
        self.crossed = 0
        digests = {chain: hashlib.sha256() for chain in REGIONS}
        # One line at a time: it may be a great many.
        with subprocess.Popen(["scrip", "cat", "-C", region], stdout=subprocess.PIPE) as process:
            for line in process.stdout:
                self.take(region, json.loads(line), digests)
        if process.returncode != 0:
            fail(f"scrip cat -C {region}: status {process.returncode}")
        self.digests = {chain: digest.hexdigest() for chain, digest in digests.items()}

    def take(self, region, line, digests):
        identity = line["id"]
        record = line["record"]
        if identity in self.places:
            fail(f"{region}: the record {identity} is there twice: {self.places[identity]} and {line['chain']}")
        self.places[identity] = f"{line['chain']}/{line['height']}"
        if line["status"] != "confirmed":
            fail(f"{region}: the record {identity} is {line['status']}")
        digests[line["chain"]].update(f"{line['height']} {line['index']} {identity}\n".encode())
        self.blocks[line["chain"], line["height"]] += 1
        self.records[line["chain"]] += 1
        kind = record["type"]
        self.kinds[kind] += 1
        if kind == "issue":
            count = sum(owner["count"] for owner in record["owners"])
            self.vouchers += count
            self.issued[record["issuer"]] += count * record["value"]["amount"]
        for voucher in record.get("vouchers", ()):
            if (voucher["voucher"], voucher["head"]) in self.heads:
                fail(f"{region}: the voucher {voucher['voucher']} was spent twice at {voucher['head']}")
            self.heads.add((voucher["voucher"], voucher["head"]))
            if kind == "redeem":
                self.redeemed["all"] += voucher["amount"]
        # An address begins with the region's name.
        party = record.get("merchant", record.get("to"))
        if party and not party.startswith(line["chain"]):
            self.crossed += 1


def check_books(region, ledger):
    """The sums of `list`, of `verify --full`, and of the records."""
    issued = sum(ledger.issued.values())
    outstanding = issued - ledger.redeemed["all"]
    totals = [line for line in scrip("list", "-C", region, "--totals") if line["type"] == "total"]
    listed = (
        sum(line["vouchers"] for line in totals),
        sum(line["value"] for line in totals),
        sum(line["remaining"] for line in totals),
    )
    if listed != (ledger.vouchers, issued, outstanding):
        fail(f"{region}: `list` adds up to {listed}, the records to {(ledger.vouchers, issued, outstanding)}")
    lines = scrip("verify", "-C", region, "--full")
    conserved = [line for line in lines if line["type"] == "conservation"]
    verified = (
        sum(line["issued"] for line in conserved),
        sum(line["redeemed"] for line in conserved),
        sum(line["outstanding"] + line["expired"] for line in conserved),
    )
    if verified != (issued, ledger.redeemed["all"], outstanding):
        fail(f"{region}: `verify` adds up to {verified}, the records to {(issued, ledger.redeemed['all'], outstanding)}")
    for line in conserved:
        if line["issued"] != ledger.issued[line["issuer"]]:
            fail(f"{region}: {line['issuer']} issued {line['issued']}, the records {ledger.issued[line['issuer']]}")
    for line in lines:
        if line["type"] in ("problem", "invalid"):
            fail(f"{region}: verify: {line}")
    summary = lines[-1] if lines else {}
    if (summary.get("ok"), summary.get("pending"), summary.get("records")) != (True, 0, len(ledger.places)):
        fail(f"{region}: verify ends with {summary}, of {len(ledger.places)} records")


def check_traces(place, region):
    """Nobody holds the lock, and nothing unfinished lies about."""
    with open(place / region / "private" / "lock", "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fail(f"{region}: somebody holds the lock")
    litter = [str(path) for path in (place / region).rglob(".tmp-*")]
    litter += [str(path) for path in (place / region / "private" / "staging").iterdir()]
    if litter:
        fail(f"{region}: litter: {len(litter)} files, {litter[:3]}")


def check_quarters(runs, samples):
    """Memory and descriptors of the last quarter beside those of the first; prints a line for each kind."""
    print(f"{'':10} {'memory, MiB: median and greatest':>44} {'descriptors, greatest':>26}")
    print(f"{'command':10} {'first quarter':>22} {'last quarter':>21} {'first':>13} {'last':>12}")
    compared = 0
    for kind in KINDS:
        ended = [run for run in runs if run["kind"] == kind and run["status"] in (0, 1, 2)]
        first = [run["memory"] for run in ended if run["at"] < SECONDS / 4]
        last = [run["memory"] for run in ended if SECONDS * 3 / 4 <= run["at"] < SECONDS]
        open_first = max((count for at, of, count in samples if of == kind and at < SECONDS / 4), default=0)
        open_last = max((count for at, of, count in samples if of == kind and at >= SECONDS * 3 / 4), default=0)
        if not first or not last:
            print(f"{kind:10} {'too few runs to compare':>44}")
            continue
        row = [value / (1 << 20) for quarter in (first, last) for value in (statistics.median(quarter), max(quarter))]
        memory = f"{row[0]:13.1f} {row[1]:8.1f} {row[2]:12.1f} {row[3]:8.1f}"
        print(f"{kind:10} {memory} {open_first or '-':>13} {open_last or '-':>12}")
        if max(first + last) > MEMORY_MAX_BYTES:
            fail(f"{kind} took {max(first + last) >> 20} MiB")
        if len(first) >= 5 and len(last) >= 5:
            compared += 1
            if row[2] > max(1.25 * row[0] + 8, CACHES_MEBIBYTES):
                fail(f"the memory of {kind} grows: {row[0]:.1f} MiB in the first quarter, {row[2]:.1f} MiB in the last")
        if open_first and open_last > open_first + 8:
            fail(f"the descriptors of {kind} grow: {open_first} in the first quarter, {open_last} in the last")
    if compared < 5 or not samples:
        fail(f"memory was compared for {compared} commands only, descriptors were counted {len(samples)} times")


def check_told(told, sealed, region, ledger):
    """What processes were told is there, in this region."""
    lost = [identity for identity in told if identity not in ledger.places]
    if lost:
        fail(f"{region}: {len(lost)} records of {len(told)} that were {told[lost[0]]} are lost, as {lost[0]}")
    for (chain, height), count in sealed.items():
        if ledger.blocks[chain, height] != count:
            fail(f"{region}: block {chain}/{height} was sealed with {count} records and has {ledger.blocks[chain, height]}")


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="scrip-load.")).resolve()
    begun = time.monotonic()
    samples = []
    accounts = found(place)
    hammered_seconds = hammer(place, accounts, samples)
    rounds = come_to_rest()

    runs = []
    told = {}
    sealed = {}
    roots = {}
    refused = collections.Counter()
    jobs = overlapping = 0
    for path in sorted((place / "logs").iterdir()):
        with open(path) as source:
            for text in source:
                line = json.loads(text)
                if line["type"] == "run":
                    runs.append(line)
                    if "stuck" in line:
                        fail(f"stuck for {LIMIT_SECONDS:.0f} s: {line['stuck']}")
                    if "wrong" in line:
                        fail(f"status {line['status']}: {line['wrong']}")
                elif line["type"] == "told":
                    for identity in line["ids"]:
                        told[identity] = line["status"]
                elif line["type"] == "refused":
                    refused[line["code"]] += line["count"]
                    if not line["expected"]:
                        fail(f"{path.stem}: {line['count']} records were refused as {line['code']}")
                elif line["type"] == "sealed":
                    block = line["chain"], line["height"]
                    sealed[block] = line["count"]
                    if roots.setdefault(block, line["root"]) != line["root"]:
                        fail(f"two blocks {block[0]}/{block[1]} were sealed")
                else:
                    jobs += 1
                    overlapping += line["overlaps"] > 0

    digests = None
    for region in REGIONS:
        ledger = Ledger(region)
        if digests is None:
            digests = ledger.digests
        elif ledger.digests != digests:
            fail(f"{region} and {REGIONS[0]} hold different ledgers")
        check_told(told, sealed, region, ledger)
        check_books(region, ledger)
    for region in REGIONS:
        check_traces(place, region)
    # SQLite opens its temporary files and unlinks them at once; a kill in between leaves an empty one.
    left = [path.name for path in (place / "temporary").iterdir() if path.stat().st_size or path.name[:7] != "etilqs_"]
    if left:
        fail(f"temporary files are left: {left[:3]}")

    print(
        f"seed {SEED}: {len(REGIONS)} regions, {WORKERS} processes each, {hammered_seconds:.0f} s, quiet after {rounds} rounds"
    )
    for chain in REGIONS:
        heights = [height for of, height in ledger.blocks if of == chain]
        print(f"{chain:6} {ledger.records[chain]:8} records, sealed in {len(heights)} blocks")
    print("in all " + ", ".join(f"{count} {kind}" for kind, count in sorted(ledger.kinds.items())))
    statuses = sorted({run["status"] for run in runs if run["status"] >= 0})
    titles = [f"status {status}" for status in statuses] + ["killed", "slowest, s"]
    print(f"{'command':10}" + "".join(f"{title:>11}" for title in titles))
    for kind in KINDS:
        of_kind = [run for run in runs if run["kind"] == kind]
        ended = collections.Counter(run["status"] for run in of_kind)
        slowest = max((run["seconds"] for run in of_kind), default=0)
        print(
            f"{kind:10}" + "".join(f"{ended[status]:11}" for status in statuses)
            + f"{ended[-signal.SIGKILL]:11}{slowest:11.1f}"
        )
        if not any(0 <= run["status"] <= 2 for run in of_kind):
            fail(f"{kind} has never done anything")
    check_quarters(runs, samples)
    troubles = {
        "commands killed": sum(run["status"] == -signal.SIGKILL for run in runs),
        "refused as busy": sum(run["status"] == 75 for run in runs),
        "refused as overtaken": sum(refused.values()),
        "awaiting another region": ledger.crossed,
        "jobs of cron that overlap": overlapping,
    }
    for kind in ("validate", "seal", "sync", "pack"):
        troubles[f"{kind} killed"] = sum(run["status"] == -signal.SIGKILL for run in runs if run["kind"] == kind)
    # Of pack there are few runs.
    if SECONDS < 300:
        del troubles["pack killed"]
    for trouble, count in troubles.items():
        print(f"{count:8} {trouble}")
        if count == 0:
            fail(f"there was no trouble of the kind '{trouble}'")
    print(
        f"load: {sum(ledger.records.values())} records, {len(told)} of which somebody was told, {len(runs)} commands, "
        f"{time.monotonic() - begun:.0f} s, {len(failures)} failures"
    )
    if failures or os.environ.get("LOAD_KEEP") == "1":
        print(f"kept: {place}; again with: LOAD_SEED={SEED} LOAD_SECONDS={SECONDS:.0f} scripts/load")
    else:
        os.chdir("/")
        shutil.rmtree(place)
    sys.exit(1 if failures else 0)


main()
