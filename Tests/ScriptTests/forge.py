#!/usr/bin/env python3
"""What a lying region signs, made with the regions' own keys: REGION/private/*.pem in the working directory.

forge.py block PUBLIC CHAIN TIME RECORDS [SEEN]   the next block of a chain, whatever the lines in RECORDS are; SEEN is JSON
forge.py vote PUBLIC CHAIN VOTER [INVALID...]     a vote on the last block; INVALID is 'INDEX CODE'
forge.py certificate PUBLIC CHAIN VOTER,... [INVALID...]
forge.py sign PUBLIC REGION TEXT                  the text in the file TEXT as a note, signed by the log key
forge.py refusal PUBLIC REGION ID TIME CODE       a refusal of the record ID, signed by the log key
forge.py evidence KIND A B FOLDER                 the statements in the files A and B as a file of evidence; prints its path
"""
import base64, glob, hashlib, json, os, struct, subprocess, sys, zlib

def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()

def leaf(line):
    return hashlib.sha256(b'\0' + line).digest()

def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b'\1' + root(hashes[:half]) + root(hashes[half:])).digest()

def sign(region, key, text):
    open('message', 'wb').write(text)
    return subprocess.run(['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', f'{region}/private/{key}.pem', '-in', 'message'],
        check=True, capture_output=True).stdout

def key_hash(public, region, column):
    for line in open(f'{public}/charter/1.note'):
        words = line.split()
        if words[:2] == ['region', region]:
            name, digits, _ = words[column].split('+', 2)
            return name, bytes.fromhex(digits)

def signature(public, region, text, key='log'):
    name, digest = key_hash(public, region, 3 if key == 'log' else 4)
    if key == 'log':
        payload = sign(region, key, text)
    else:
        time = 1795168800
        payload = struct.pack('>Q', time) + sign(region, key, f'cosignature/v1\ntime {time}\n'.encode() + text)
    return f'\u2014 {name} {base64.b64encode(digest + payload).decode()}\n'

def leaves(public, chain):
    lines = []
    for path in sorted(glob.glob(f'{public}/segments/{chain}/*/*.seg.gz')):
        for line in subprocess.run(['zcat', path], check=True, capture_output=True).stdout.split(b'\n')[:-1]:
            if b'"type":"seal"' not in line:
                lines.append(line)
    return lines

def checkpoint(public, chain, lines):
    digest = root([leaf(line) for line in lines])
    name, _ = key_hash(public, chain, 3)
    return f'{name}\n{len(lines)}\n{base64.b64encode(digest).decode()}\n'.encode(), digest

def block(public, chain, time, records, seen='[]'):
    lines = leaves(public, chain)
    height = sum(b'"type":"block"' in line for line in lines) + 1
    charter = open(f'{public}/charter/1.note', 'rb').read().split(b'\n\n')[0] + b'\n'
    epoch = max(int(os.path.basename(path).split('.')[0]) for path in glob.glob(f'{public}/charter/*.note'))
    previous = (checkpoint(public, chain, lines)[1] if lines else hashlib.sha256(charter).digest()).hex()
    header = canonical({'v': 1, 'type': 'block', 'charter': epoch, 'count': len(records), 'height': height,
        'previous': previous, 'region': chain, 'seen': json.loads(seen), 'time': time})
    text, _ = checkpoint(public, chain, lines + [header] + records)
    note = text.decode() + '\n' + signature(public, chain, text)
    content = b'\n'.join([header] + records + [canonical({'type': 'seal', 'checkpoint': note})]) + b'\n'
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = b'\x1f\x8b\x08\0\0\0\0\0\0\xff' + deflate.compress(content) + deflate.flush()
    data += struct.pack('<II', zlib.crc32(content), len(content))
    folder = f'{public}/segments/{chain}/0000000'
    os.makedirs(folder, exist_ok=True)
    open(f'{folder}/{height:010}.seg.gz', 'wb').write(data)

def verdict(public, chain, invalid):
    lines = leaves(public, chain)
    heights = [number for number, line in enumerate(lines) if b'"type":"block"' in line]
    text, digest = checkpoint(public, chain, lines)
    words = ''.join(f'invalid {entry}\n' for entry in invalid)
    return len(heights), text, (f'scrip verdict v1\nchain {key_hash(public, chain, 3)[0]}\ncharter 1\nheight {len(heights)}\n'
        f'from {heights[-1]}\nsize {len(lines)}\nroot {base64.b64encode(digest).decode()}\n{words}').encode()

def notes(public, chain, voters, invalid):
    height, text, verdict_text = verdict(public, chain, invalid)
    return height, (text.decode() + '\n' + signature(public, chain, text)
        + ''.join(signature(public, voter, text, 'witness') for voter in voters)), (verdict_text.decode() + '\n'
        + ''.join(signature(public, voter, verdict_text) for voter in voters))

def vote(public, chain, voter, *invalid):
    height, note, said = notes(public, chain, [voter], invalid)
    folder = f'{public}/votes/{voter}/{chain}/0000000'
    os.makedirs(folder, exist_ok=True)
    open(f'{folder}/{height:010}-{height:010}.jsonl', 'wb').write(canonical({'type': 'vote', 'chain': chain,
        'height': height, 'voter': voter, 'checkpoint': note, 'verdict': said}) + b'\n')

def certificate(public, chain, voters, *invalid):
    height, note, said = notes(public, chain, voters.split(','), invalid)
    folder = f'{public}/certificates/{chain}/0000000'
    os.makedirs(folder, exist_ok=True)
    open(f'{folder}/{height:010}-1.json', 'wb').write(canonical({'type': 'certificate', 'chain': chain,
        'height': height, 'checkpoint': note, 'verdict': said}) + b'\n')

def evidence(kind, first, second, folder):
    first, second = (open(path).read() for path in (first, second))
    if kind != 'block':
        first, second = sorted([first, second], key=lambda text: text.encode())
    content = canonical({'type': 'evidence', 'kind': kind, 'a': first, 'b': second}) + b'\n'
    os.makedirs(folder, exist_ok=True)
    path = f'{folder}/{hashlib.sha256(content).hexdigest()}.json'
    open(path, 'wb').write(content)
    print(path)

def refusal(public, region, record, time, code):
    genesis = hashlib.sha256(open(f'{public}/charter/1.note', 'rb').read().split(b'\n\n')[0] + b'\n').hexdigest()
    signed = f'scrip refuse v1 {genesis}\n{region}\n{record}\n{time}\n{code}\n'.encode()
    print(canonical({'type': 'refusal', 'code': code, 'id': record, 'reason': 'not here', 'region': region,
        'sig': base64.b64encode(sign(region, 'log', signed)).decode(), 'time': time}).decode())

command, public, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
if command == 'block':
    records = [line.rstrip(b'\n') for line in open(arguments[2], 'rb')]
    block(public, arguments[0], arguments[1], records, *arguments[3:])
elif command == 'vote':
    vote(public, *arguments)
elif command == 'certificate':
    certificate(public, *arguments)
elif command == 'sign':
    text = open(arguments[1]).read()
    print(text + '\n' + signature(public, arguments[0], text.encode()), end='')
elif command == 'refusal':
    refusal(public, *arguments)
elif command == 'evidence':
    evidence(public, *arguments)
