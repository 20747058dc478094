#!/bin/sh
# scrip report: one page that stands alone, whose numbers are those of list, and which says honestly that there is none.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

# Reads the page as a browser would and prints its numbers as JSON: {"facts":{CODE:{NAME:N}},"tables":{ID:{ROW:[N]}}}
cat >numbers.py <<'E2'
import html.parser, json, sys
class Page(html.parser.HTMLParser):
    empty = {"meta", "link", "br", "path", "rect"}
    def __init__(self):
        super().__init__()
        self.open, self.facts, self.tables = [], {}, {}
        self.section = self.table = self.row = self.name = None
        self.text = ""
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in self.empty: self.open.append(tag)
        self.text = "" if tag in ("dt", "th", "dd", "td", "title") else self.text
        if tag == "section": self.section = attributes["id"]; self.facts[self.section] = {}
        if tag == "table": self.table = attributes["id"]; self.tables[self.table] = {}
        if tag == "tr": self.row = None
        if tag in ("script", "iframe", "img", "object", "embed", "link"): sys.exit("a <%s>" % tag)
        for name, value in attributes.items():
            if name.startswith("on") or name in ("src", "href", "action"): sys.exit("an attribute %s" % name)
        if tag == "data":
            value = int(attributes["value"])
            if self.table and "table" in self.open: self.tables[self.table][self.row].append(value)
            elif "dl" in self.open: self.facts[self.section][self.name] = value
    def handle_startendtag(self, tag, attributes): pass
    def handle_endtag(self, tag):
        if tag in self.empty: return
        if not self.open or self.open[-1] != tag: sys.exit("</%s> closes %s" % (tag, self.open[-3:]))
        self.open.pop()
        if tag == "dt": self.name = self.text
        if tag == "th" and self.row is None and self.table and "thead" not in self.open:
            self.row = self.text
            self.tables[self.table].setdefault(self.row, [])
        if tag == "table": self.table = None
    def handle_data(self, data): self.text += data
page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
if page.open: sys.exit("left open: %s" % page.open)
json.dump({"facts": page.facts, "tables": page.tables}, sys.stdout, sort_keys=True)
E2
# numbers FILE : the file out has what the page says; everything that is open is closed, and nothing comes from elsewhere.
numbers() {
    if ! python3 numbers.py "$1" >out 2>err; then fail "$1: $(cat err)"; fi
    if grep -Eiq 'https?:|//[a-z]|url\(|@import|<script' "$1"; then fail "$1 names something elsewhere"; fi
}

SCRIP_NOW=2026-09-01T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
# Nothing yet, and it says so.
expect 0 scrip report -C north
quiet
cp out empty.html
numbers empty.html
is '{}' "$(value .facts)" 'the figures of an empty ledger'
grep -q 'No voucher has been sealed yet' empty.html || fail 'an empty ledger is not called empty'
grep -q 'No block is certified yet' empty.html || fail 'nothing to settle is not said'

shop=$(account north shop)
bakery=$(account south bakery)
alice=$(account north alice)
bob=$(account south bob)
cafe=$(account south cafe)
round() {
    for region in north south east north south east; do
        scrip sync -C "$region" >>events
        scrip seal -C "$region" >>events
    done
}
scrip accredit -C north --issuer "$shop" --name 'Shop </td><script>alert("1")</script> & Co' --submit >/dev/null
scrip accredit -C south --issuer "$bakery" --name Bakery --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --count 5 --series gift --partial --expires 2026-12-31T00:00:00Z --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 20.00CNY --count 3 --series "<b onclick='x'>tea" --expires 2026-09-20T12:00:00Z --submit >/dev/null
scrip issue -C south --key bakery.pem --to "$bob" --value 1200JPY --count 4 --submit >/dev/null
round
for day in 03 10 17; do
    SCRIP_NOW=2026-09-${day}T10:00:00Z
    # shellcheck disable=SC2046  # ids, one a word
    set -- $(scrip list -C north --owner "$alice" --status held --series gift |
        jq -r 'select(.remaining >= 4550) | .voucher' | head -n 2)
    scrip redeem -C north --key alice.pem --merchant "$shop" --amount 30.00CNY --submit "$1" >/dev/null
    scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 45.50CNY --submit "$2" >/dev/null || [ $? -eq 2 ]
    # shellcheck disable=SC2046  # ids, one a word
    set -- $(scrip list -C south --owner "$bob" --status held | jq -r .voucher | head -n 1)
    scrip redeem -C south --key bob.pem --merchant "$cafe" --submit "$1" >/dev/null
    round
done
# shellcheck disable=SC2046  # ids, one a word
set -- $(scrip list -C north --owner "$alice" --status held --series gift | jq -r .voucher | tail -n 1)
scrip trade -C north --key alice.pem --to "$bob" --submit "$1" >/dev/null || [ $? -eq 2 ]
round
SCRIP_NOW=2026-10-05T10:00:00Z
round

# tie REGION PAGE : the numbers are those that list gives.
tie() {
    scrip list -C "$1" >vouchers
    numbers "$2"
    for code in CNY JPY; do
        jq -cs --arg code "$code" 'map(select(.value.currency == $code))
            | {Outstanding: map(select(.status == "held" or .status == "reserved") | .remaining) | (add // 0),
                Expired: map(select(.status == "expired") | .remaining) | (add // 0),
                Voided: map(select(.status == "voided") | .remaining) | (add // 0)}' vouchers >wanted
        jq -c --arg code "$code" '.facts[$code] | {Outstanding, Expired, Voided}' out >got
        same wanted got
        # What is issued is known here: no voucher was split or refunded.
        is "$(jq -s --arg code "$code" 'map(select(.value.currency == $code).value.amount) | add' vouchers)" \
            "$(value ".facts.$code.Issued")" "what was issued in $code"
        is "$(jq -s --arg code "$code" 'map(select(.value.currency == $code) | .value.amount - .remaining) | add' vouchers)" \
            "$(value ".facts.$code.Redeemed")" "what was redeemed in $code"
        is true "$(value ".facts.$code | .Issued + .Refunded == .Outstanding + .Redeemed + .Voided + .Expired")" "the balance of $code"
        # Custody, by region; the last row adds up.
        for region in north south; do
            is "$(jq -s --arg code "$code" --arg region "$region" 'map(select(.value.currency == $code and .custodian == $region
                and .status == "held").remaining) | (add // 0)' vouchers)" \
                "$(value ".tables[\"$code-regions\"].${region}[3] // 0")" "what $region has in custody of $code"
        done
        value ".tables[\"$code-regions\"] | [del(.All) | .[]] | transpose | map(add) | tostring" >sums
        is "$(value ".tables[\"$code-regions\"].All | tostring")" "$(cat sums)" 'the sums of the table of regions'
        # Series: vouchers, issued, redeemed, outstanding, expired, voided.
        scrip list -C "$1" --totals --currency "$code" >totals
        jq -r --arg code "$code" '[(.series // "none"), .vouchers, .value] | @tsv' totals | sort >wanted
        value ".tables[\"$code-series\"] | to_entries[] | [.key, .value[0], .value[1]] | @tsv" | sort >got
        same wanted got
        # Merchants: redemptions, redeemed; from the records.
        scrip cat -C "$1" | jq -rs --arg code "$code" --slurpfile vouchers vouchers '
            ($vouchers | map({(.voucher): .value.currency}) | add) as $currency
            | [.[].record | select(.type == "redeem") | .merchant as $m | .vouchers[] | select($currency[.voucher] == $code) | {m: $m, a: .amount}]
            | group_by(.m) | map([length, (map(.a) | add)]) | sort | tostring' >wanted
        value ".tables[\"$code-merchants\"] | [.[] | [.[0], .[1]]] | sort | tostring" >got
        same wanted got
    done
}
expect 0 scrip report -C north
quiet
cp out north.html
tie north north.html
is '["CNY","JPY"]' "$(value '.facts | keys | tostring')" 'the currencies'
# Who owes whom: what settle says, and three times 45.50.
scrip settle -C north | jq -cs '[.[] | select(.type == "debt") | [.currency, .debtor, .creditor, .amount]]' >wanted
is '[["CNY","north","south",13650]]' "$(cat wanted)" 'what settle says'
is '[13650] [0] [-13650,13650]' \
    "$(value '.tables["CNY-settlement"] | [."north owes", ."south owes", ."In balance"] | map(tostring) | join(" ")')" \
    'the settlement'
is '["east","north","south"]' "$(value '.tables.chains | keys | tostring')" 'the chains'

# What records say is text, and no more.
for text in '&lt;b onclick=&#39;x&#39;&gt;tea' 'Shop &lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Co'; do
    grep -qF "$text" north.html || fail "the page does not hold $text"
done
# The same ledger and clock, the same bytes; a copy has the same numbers, and another region, too.
scrip report -C north >again.html
same north.html again.html
cp -R north/public copy
chmod -R a-w copy
expect 0 scrip report -C copy
quiet
cp out copy.html
numbers copy.html
jq -cS 'del(.tables.peers)' out >got
numbers north.html
jq -cS 'del(.tables.peers)' out >wanted
same wanted got
chmod -R u+w copy
scrip report -C south >south.html
tie south south.html

# A later clock: more has expired, and nothing else has changed.
expect 0 env SCRIP_NOW=2027-01-01T00:00:00Z scrip report -C north
cp out later.html
SCRIP_NOW=2027-01-01T00:00:00Z
tie north later.html
is 0 "$(value .facts.CNY.Outstanding)" 'what is outstanding after all terms'

# An alarm stands at the top.
mkdir -p north/private/quarantine
echo x >north/private/quarantine/x
scrip report -C north | grep -q '1 alarm: a person must look' || fail 'an alarm is not shown'
rm north/private/quarantine/x

# So does evidence: who has lied, where, what follows, and the file that proves it; junk is no alarm.
fixtures=$SCRIP_ROOT/fixtures
# page FIXTURE: the report of a federation with that wrong, in forked.html, and its alarms as text.
page() {
    [ ! -e forked ] || chmod -R u+w forked
    rm -rf forked
    cp -R "$fixtures/honest/public" forked
    chmod -R u+w forked
    (cd forked && sh "$fixtures/broken/$1/apply.sh")
    expect 0 scrip report -C forked
    quiet
    cp out forked.html
    numbers forked.html
    sed -n '/id="alarms"/,/<.div>\|<.p>/p' forked.html | sed "s/&#39;/'/g; s/<[^>]*>//g" >alarms
    # Every file of evidence that proves something is named, and no other.
    sed -n 's/^problem [a-z]* \(evidence.*\)/\1/p' "$fixtures/broken/$1/expected" | sort >wanted
    grep -o 'evidence/[0-9a-f]*\.json' alarms | sort -u >got || true
    if grep -q '^problem evidence' "$fixtures/broken/$1/expected"; then : >wanted; fi
    same wanted got
}
shown() { grep -qF "$1" alarms || fail "the page does not say '$1': $(cat alarms)"; }
# frozen CHAIN: how the table of chains shows it.
frozen() { grep "<th scope=\"row\">$1</th>" forked.html | grep -c '>frozen' || true; }
page evidence-fork
shown '1 alarm: a person must look'
shown "fork north: 'north' has signed two different chains; its chain is frozen"
is '1 0' "$(frozen north) $(frozen south)" 'what is frozen by a fork'
page evidence-leaves
shown "fork north: 'north' has signed two different chains"
page evidence-vote
shown "equivocation north/3: 'south' has signed two verdicts on block 3 of 'north'"
is 0 "$(frozen north)" 'what is frozen by two verdicts of one voter'
page evidence-certificate
shown "certificate north/3: two certificates of block 3 of 'north' disagree, and 'east', 'north' signed both"
page evidence-block
shown "block north: 'north' has signed a block that is invalid by itself; its chain is frozen"
is 1 "$(frozen north)" 'what is frozen by an invalid block'
page forked
shown 'fork north'
is 1 "$(frozen north)" 'what is frozen in a federation that has forked'
page evidence-junk
shown 'No alarm'
page evidence-cosigned
shown 'No alarm'
# A region that has pulled it, and whose operator has seen it: still named, and no longer a reason to look.
scrip issue -C north --key shop.pem --to "$alice" --value 1.00CNY --submit >/dev/null
scrip seal -C north --clock-ok >/dev/null
scrip sync -C east north >/dev/null
scrip sync -C north east >/dev/null
cp -R north/public lie
chmod -R u+w lie
last=$(scrip status -C north | jq -r 'select(.type == "chain" and .chain == "north") | .height')
cat lie/votes/east/north/*/*.jsonl | jq -rj --argjson height "$last" 'select(.height == $height) | .verdict' >honest-verdict
rm -rf lie/votes/east
forge vote lie north east "$(awk '/^from/ { print $2 + 1 }' honest-verdict) malformed"
jq -rj .verdict lie/votes/east/north/*/*.jsonl >other-verdict
file=$(forge evidence vote honest-verdict other-verdict liar/evidence)
name=$(basename "$file" .json)
expect 1 scrip sync -C north liar
scrip report -C north >north.html
grep -q '1 alarm: a person must look' north.html || fail 'evidence is no alarm in a region'
grep -q "<b>equivocation</b> north/$last: .*<code>evidence/$name.json</code>" north.html || fail "the page does not name evidence/$name.json"
jq -c --arg name "$name" '.acknowledged = [$name]' north/scrip.json >settings
cp settings north/scrip.json
scrip report -C north >north.html
if grep -q 'a person must look' north.html; then fail 'a person must look at what is acknowledged'; fi
grep -q "<b>equivocation</b> (acknowledged) north/$last: .*<code>evidence/$name.json</code>" north.html || fail 'what is acknowledged is not on the page'

# A browser that is there renders it: no number is lost on the way.
if command -v chromium >/dev/null 2>&1; then
    chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --dump-dom "file://$PWD/north.html" >dom 2>/dev/null ||
        fail 'chromium does not render the page'
    is "$(grep -o '<data value="-\{0,1\}[0-9]*"' north.html | sort | uniq -c | sha256sum)" \
        "$(grep -o '<data value="-\{0,1\}[0-9]*"' dom | sort | uniq -c | sha256sum)" 'the numbers that the browser shows'
else
    echo 'chromium is not here: the page was read by python only' >&2
fi

refuse 64 'Unknown option' scrip report -C north --html
refuse 66 'no such region directory' scrip report -C nowhere
status=0
scrip report -C north >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
