"""Power cuts, as scripts/power starts it: regions on ext4 images that are cut off while commands write.

A cut is the ioctl EXT4_IOC_SHUTDOWN without a flush of the journal: from then on nothing reaches the image, and what had
not reached it is lost, as when the power goes. (The image has what the file system had written, in the order in which it
wrote it; a disk that loses its own cache is not tried here.) Then the image is unmounted, checked where there is no
journal, and mounted again. After each cut, of each region that was cut off:

- the files that were public when the round began are there, byte for byte, and `verify --full` finds nothing, but for
  `heads.note`: that is a hint, not made durable, and may be old or empty until the next command has run;
- what a command printed before the cut holds: records that were admitted or awaiting are known, a block that was
  sealed is that block;
- the next commands work (in particular no mark refuses: nothing that a peer may have taken is lost), and no region sees
  two blocks or two votes;
- a command that was cut off says so with a status that the manual names;
- no litter is left in public/ once the commands have run again.

At the end all regions come to rest with the same ledger, and everything that was told is confirmed in it.
"""

import collections
import fcntl
import hashlib
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import threading
import time
import uuid

ROUNDS = int(os.environ.get("POWER_ROUNDS", "60"))
SEED = os.environ.get("POWER_SEED", "0")
LIE = os.environ.get("POWER_LIE") == "1"
PLACE = pathlib.Path(sys.argv[1])
# A journal that is not written every few seconds leaves more to lose.
OPTIONS = {
    "north": "loop,commit=300",
    "south": "loop,commit=300,noauto_da_alloc,data=writeback",
    "east": "loop,noauto_da_alloc",
}
JOURNALS = {"north": True, "south": True, "east": False}
REGIONS = tuple(OPTIONS)
# scrip rebuilds its index after a start of the machine, which it tells by this. The script has it in a name space of its
# own, where this is a file like any other.
BOOT_ID = pathlib.Path("/proc/sys/kernel/random/boot_id")
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
LIMIT_SECONDS = 120
QUIET_ROUNDS_MAX = 20
failures = []
# Of each region, how often its hint was no good after a cut.
hints_lost = collections.Counter()


def fail(text):
    failures.append(text)
    print(f"power: failure: {text}", file=sys.stderr, flush=True)


def disk(region):
    return PLACE / f"{region}-disk"


def directory(region):
    return str(disk(region) / region)


def mount(region):
    subprocess.run(["mount", "-o", OPTIONS[region], str(PLACE / f"{region}.img"), str(disk(region))], check=True)


def cut(region):
    descriptor = os.open(disk(region), os.O_RDONLY)
    fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
    os.close(descriptor)


def boot():
    BOOT_ID.write_text(f"{uuid.uuid4()}\n")


def power_on(region):
    subprocess.run(["umount", str(disk(region))], check=True)
    if not JOURNALS[region]:
        done = subprocess.run(["e2fsck", "-fy", str(PLACE / f"{region}.img")], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        if done.returncode > 2:
            fail(f"e2fsck of {region} says {done.returncode}")
    mount(region)


def run(*words, source=None):
    """Exit status, output and complaint of a command."""
    done = subprocess.run(["scrip", *words], input=source, stdin=subprocess.DEVNULL if source is None else None,
                          capture_output=True, timeout=LIMIT_SECONDS)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")[:300]


def lines(output):
    """The whole lines: of a command that was cut off the last one may be half."""
    return [json.loads(line) for line in output.split(b"\n")[:-1]]


def good(*words, source=None, wanted=(0,)):
    status, output, complaint = run(*words, source=source)
    if status not in wanted:
        fail(f"scrip {' '.join(words)}: status {status}: {complaint}")
    return lines(output)


class Round:
    """What commands of one round were told, by region."""

    def __init__(self):
        self.guard = threading.Lock()
        self.records = collections.defaultdict(list)
        self.told = collections.defaultdict(dict)
        self.sealed = collections.defaultdict(dict)
        self.interrupted = collections.Counter()
        self.ended = collections.Counter()
        self.over = threading.Event()

    def command(self, region, kind, *words, source=None):
        prefix = []
        if LIE:
            prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
                      "-e", "inject=fsync,fdatasync:retval=0"]
        done = subprocess.run([*prefix, "scrip", kind, "-C", directory(region), *words], input=source,
                              stdin=subprocess.DEVNULL if source is None else None, capture_output=True,
                              timeout=LIMIT_SECONDS)
        complaint = done.stderr.decode(errors="replace")[:300]
        with self.guard:
            if done.returncode in (0, 1, 2) or (done.returncode == 75 and "another scrip command" in complaint):
                self.ended[kind] += 1
            elif self.over.is_set() and done.returncode in (74, 76):
                self.interrupted[kind] += 1
            else:
                fail(f"scrip {kind} in {region}: status {done.returncode}: {complaint}")
        return done.returncode, done.stdout


def writer(round, region, shop, draw):
    """One process of many that a region has at a time: batches, and what is told of them."""
    while not round.over.is_set():
        turn = draw.choice(("issue", "issue", "trade", "seal", "seal", "sync", "sync"))
        if turn in ("issue", "trade"):
            count = draw.choice((1, 1, 5, 20))
            if turn == "issue":
                source = b"".join(
                    json.dumps({"to": shop["address"], "value": "5.00CNY", "ref": f"{draw.getrandbits(60):x}"}).encode()
                    + b"\n" for _ in range(count))
            else:
                status, held = round.command(region, "list", "--owner", shop["address"], "--status", "held")
                if status != 0:
                    return
                held = held.split(b"\n")[:-1]
                source = b"".join(line + b"\n" for line in draw.sample(held, min(count, len(held))))
            to = [] if turn == "issue" else ["--to", shop["away"] if draw.random() < 0.3 else shop["address"]]
            status, records = round.command(region, turn, "--key", shop["key"], *to, "-", source=source)
            if status != 0:
                return
            with round.guard:
                round.records[region].append(records)
            status, results = round.command(region, "validate", source=records)
            with round.guard:
                for line in lines(results):
                    if line["status"] != "rejected":
                        round.told[region][line["id"]] = line["status"]
        elif turn == "seal":
            status, blocks = round.command(region, "seal")
            with round.guard:
                for line in lines(blocks):
                    round.sealed[region][line["height"]] = line["root"]
        else:
            status, _ = round.command(region, "sync")
        if not 0 <= status <= 2 and status != 75:
            return


def published(region):
    """What is public for ever: all but what gives way by its nature."""
    root = pathlib.Path(directory(region)) / "public"
    found = {}
    for path in root.rglob("*"):
        if path.is_file() and path.name != "heads.note" and "outbox" not in path.parts and path.name[0] != ".":
            found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).digest()
    return found


def examine(region, round, before):
    """What must hold in a region that was cut off and has its disk back."""
    after = published(region)
    for name, digest in before.items():
        if after.get(name) != digest:
            fail(f"{region}: {name} is {'changed' if name in after else 'gone'}")
    check(region, but="heads")
    for height, root in round.sealed[region].items():
        for line in good("show", "-C", directory(region), f"{region}/{height}"):
            if line["root"] != root:
                fail(f"{region}: block {height} is another one now")
    source = b"".join(round.records[region])
    status, output, complaint = run("validate", "-C", directory(region), source=source)
    if status not in (0, 1, 2):
        fail(f"{region}: validate again: status {status}: {complaint}")
    known = {line["id"] for line in lines(output) if line.get("reason") == "already"}
    # Who awaits another region is not 'already' when asked again, but known all the same.
    waiting = {line["id"] for line in lines(output) if line["status"] == "awaiting"}
    lost = [
        f"{identity}, {state}" for identity, state in round.told[region].items()
        if identity not in known and not (state == "awaiting" and identity in waiting)
    ]
    if lost:
        fail(f"{region}: {len(lost)} records of {len(round.told[region])} that were told are lost, as {lost[0]}")


def check(region, but=None):
    """What `verify --full` finds; problems of one code do not count."""
    status, output, complaint = run("verify", "-C", directory(region), "--full")
    problems = [line for line in lines(output) if line["type"] in ("problem", "invalid")]
    for line in problems:
        if line.get("code") == but:
            hints_lost[region] += 1
        else:
            fail(f"{region}: verify: {line}")
    if status != (1 if problems else 0):
        fail(f"{region}: verify: status {status}: {complaint}")


def quiet(told):
    """Rounds of sync and seal until all is confirmed everywhere."""
    for number in range(1, QUIET_ROUNDS_MAX + 1):
        sealed = 0
        for region in REGIONS:
            good("sync", "-C", directory(region))
            sealed += len(good("seal", "-C", directory(region)))
        open_ends = []
        for region in REGIONS:
            for line in good("status", "-C", directory(region)):
                if line["type"] == "alarm":
                    fail(f"an alarm in {region}: {line}")
                if line["type"] == "status" and (line["awaiting"] or line["complete"] or line["outbox"]):
                    open_ends.append(line)
                if line["type"] == "chain" and line["confirmed"] != line["size"]:
                    open_ends.append(line)
        if sealed == 0 and not open_ends:
            break
    else:
        fail(f"the ledger does not come to rest: {open_ends[:3]}")
    ledgers = []
    for region in REGIONS:
        records = good("cat", "-C", directory(region))
        ledgers.append([(line["chain"], line["height"], line["index"], line["id"]) for line in records])
        confirmed = {line["id"] for line in records if line["status"] == "confirmed"}
        if len(confirmed) != len(records):
            fail(f"{region}: {len(records)} records, {len(confirmed)} confirmed ones")
        lost = [identity for identity in told if identity not in confirmed]
        if lost:
            fail(f"{region}: {len(lost)} records that were told are lost, as {lost[0]}")
    if ledgers[0] != ledgers[1] or ledgers[0] != ledgers[2]:
        fail("the regions hold different ledgers")
    return number, len(ledgers[0])


def main():
    draw = random.Random(SEED)
    for region in REGIONS:
        mount(region)
    subprocess.run(["scrip", "init", "--quiet", *map(directory, REGIONS)], check=True, stdout=subprocess.DEVNULL)
    shops = {}
    for region in REGIONS:
        key = str(PLACE / f"{region}.pem")
        shops[region] = {"key": key, "address": good("keygen", "--region", region, "--out", key)[0]["address"]}
        good("accredit", "-C", directory(region), "--issuer", shops[region]["address"], "--name", "Shop", "--submit")
        good("seal", "-C", directory(region))
    for number, region in enumerate(REGIONS):
        shops[region]["away"] = shops[REGIONS[number - 1]]["address"]
    told = {}
    cuts = collections.Counter()
    interrupted = collections.Counter()
    ended = collections.Counter()
    busy_cuts = 0
    for number in range(ROUNDS):
        before = {region: published(region) for region in REGIONS}
        round = Round()
        writers = [
            threading.Thread(
                target=writer,
                args=(round, region, shops[region], random.Random(f"{SEED}/{number}/{region}/{which}")),
            )
            for region in REGIONS for which in range(2)
        ]
        for thread in writers:
            thread.start()
        time.sleep(draw.uniform(0.2, 2.5))
        victims = draw.sample(REGIONS, draw.choice((1, 1, 2, 3)))
        round.over.set()
        for region in victims:
            cut(region)
            cuts[region] += 1
        for thread in writers:
            thread.join()
        for region in victims:
            power_on(region)
        boot()
        for region in victims:
            examine(region, round, before[region])
        for region in REGIONS:
            told.update(round.told[region])
        for region in victims:
            good("sync", "-C", directory(region))
            good("seal", "-C", directory(region))
            check(region)
            litter = [str(path) for path in (pathlib.Path(directory(region)) / "public").rglob(".tmp-*")]
            if litter:
                fail(f"{region}: litter: {litter[:3]}")
        interrupted += round.interrupted
        ended += round.ended
        busy_cuts += bool(round.interrupted)
        if failures:
            break
    rounds, records = quiet(told) if not failures else (0, 0)
    for region in REGIONS:
        kind = "with a journal" if JOURNALS[region] else "without a journal"
        print(
            f"{region:6} {cuts[region]:5} cuts, {kind}, mounted with {OPTIONS[region]}; "
            f"heads.note was lost {hints_lost[region]} times"
        )
        if cuts[region] == 0 and not failures and ROUNDS >= 20:
            fail(f"{region} was never cut off")
    for kind in sorted(ended):
        print(f"{kind:10} {ended[kind]:6} ended, {interrupted[kind]:5} cut off")
    for kind in ("validate", "seal", "sync"):
        if interrupted[kind] == 0 and not failures and ROUNDS >= 20:
            fail(f"no {kind} was cut off")
    print(
        f"power: seed {SEED}, {ROUNDS} rounds, {sum(cuts.values())} cuts, {busy_cuts} rounds with commands cut off, "
        f"{records} records, {len(told)} of which somebody was told, quiet after {rounds} rounds, {len(failures)} failures"
    )
    sys.exit(1 if failures else 0)


main()
