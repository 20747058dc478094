"""Writes what fuzzing begins with: seeds.py PACKAGE OUT makes OUT/TARGET/ of the fixtures and of words in this file."""
import gzip
import hashlib
import itertools
import json
import os
import subprocess
import sys

package, out = sys.argv[1:]
LINE_BYTES_MAX = 4096
counts = {}


def seed(target, data, most=40):
    if isinstance(data, str):
        data = data.encode()
    if not 0 < len(data) <= 4 * LINE_BYTES_MAX or counts.get(target, 0) >= most:
        return
    folder = os.path.join(out, target)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, hashlib.sha1(data).hexdigest())
    if not os.path.exists(path):
        counts[target] = counts.get(target, 0) + 1
        with open(path, "wb") as file:
            file.write(data)


def files(folder):
    for place, folders, names in os.walk(os.path.join(package, "fixtures", folder)):
        folders.sort()
        for name in sorted(names):
            with open(os.path.join(place, name), "rb") as file:
                yield os.path.join(place, name), file.read()


def read_public(path, data):
    if "/charter/" in path:
        seed("charter", data)
        seed("note", data, 8)
        for line in data.decode(errors="replace").splitlines():
            for word in line.split():
                if word.count("+") >= 2:
                    seed("note", word, 12)
    elif "/segments/" in path:
        seed("gzip", data, 24)
        seed("segment", b"\x01" + data)
        try:
            plain = gzip.decompress(data)
        except (OSError, EOFError):
            return
        seed("segment", b"\x00" + plain, 60)
        for line in plain.split(b"\n"):
            seed("json", line)
            if b'"type":"seal"' in line:
                seed("note", json.loads(line)["checkpoint"], 20)
            elif b'"type":"block"' not in line:
                seed("record", line, 60)
                seed("outbox", line, 8)
    elif "/votes/" in path:
        for line in data.split(b"\n")[:4]:
            seed("vote", line)
            seed("json", line, 50)
            try:
                vote = json.loads(line)
                seed("note", vote["checkpoint"], 28)
                seed("note", vote["verdict"], 36)
                seed("note", vote["verdict"].split("\n\n")[0] + "\n", 40)
            except (ValueError, KeyError):
                pass
    elif "/certificates/" in path:
        seed("certificate", data)
    elif "/evidence/" in path:
        seed("evidence", data)
    elif "/outbox/" in path:
        seed("outbox", data)
        for line in data.split(b"\n"):
            seed("outbox", line)
    elif "/settlements/" in path:
        seed("settlement", data)
        seed("settlement", data.split(b"\n\n")[0] + b"\n")
        for line in data.split(b"\n"):
            seed("settlement", line)
    elif path.endswith("heads.note"):
        seed("note", data, 45)
        seed("note", data.split(b"\n\n")[0] + b"\n", 48)
    elif path.endswith(".pem"):
        seed("pem", data)


def read_addresses(data):
    for word in data.decode(errors="replace").replace('"', " ").split():
        name, one, rest = word.rpartition("1")
        if one and len(rest) == 58 and name.isalpha():
            seed("address", word)


for folder in ["honest", "broken", "restored"]:
    for path, data in files(folder):
        read_public(path, data)
        if path.endswith(".gz"):
            try:
                read_addresses(gzip.decompress(data))
            except (OSError, EOFError):
                pass
for path, data in files("receipts"):
    if not path.endswith(".receipts"):
        continue
    for line in data.split(b"\n"):
        seed("receipt", line)
        try:
            for value in json.loads(line).values():
                if isinstance(value, str):
                    seed("receipt", value, 50)
        except ValueError:
            pass

for text in ["{}", "[]", '{"a":1,"b":[true,false,"x\\n"]}', ' { "b" : -1 , "a" : "\\u00e9\\ud83d\\ude00" } ',
             '"\\"\\\\"', "9007199254740991", "-9007199254740991", "[[[[[[[[1]]]]]]]]", '{"a-b":1}', "null", "1e3"]:
    seed("json", text, 90)
code = "scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5"
groups = " ".join(["scrip1"] + [code[6 + 4 * n:10 + 4 * n] for n in range(9)])
for text in [code, code.upper(), groups.strip(), code[:-1], code + "q", code.replace("y", "z", 1),
             code[:20] + code[21] + code[20] + code[22:], "scrip2" + code[6:], code[:9] + "b" + code[10:]]:
    seed("code", text)
for number in range(8):
    random = hashlib.sha512(b"seed %d" % number).digest()
    seed("code", random[:20], 30)
    seed("address", random[:34] + [b"north", b"a-1", b"east"][number % 3], 60)
    seed("gzip", bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]) + random[:number], 60)
member = gzip.compress(b"scrip\n" * 300, mtime=0)
seed("gzip", bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]) + member[10:], 60)
for options in [[], ["-aes-256-cbc", "-pass", "pass:word"]]:
    key = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", *options], capture_output=True, check=True)
    seed("pem", key.stdout)
key = subprocess.run(["openssl", "genpkey", "-algorithm", "x25519"], capture_output=True, check=True)
seed("pem", key.stdout)
for answers in itertools.product(["accept", "later", "refuse", "refuse too dear", "refuse \u202e \x1b[2J\u00e9", "yes"], repeat=2):
    seed("hook", b"\x02" + "\n".join(answers).encode() + b"\n")
seed("hook", b"\x01refuse " + "\u00e9 ".encode() * 200 + b"\n", 60)
for line in ["scrip settle v1\n"]:
    seed("settlement", line)
print(" ".join(f"{name}:{count}" for name, count in sorted(counts.items())))
