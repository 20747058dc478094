package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A witness verifies Ed25519 cosignatures (C2SP tlog-cosignature, type 0x04).
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }

// Verify reports whether sig is 8 bytes of time and a signature over two lines and the text.
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	if seconds > 1<<63-1 {
		return false
	}
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", seconds)), msg...)
	return ed25519.Verify(w.key, signed, sig[8:])
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no verifier key", vkey)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 0x04 {
		return nil, fmt.Errorf("%q is no witness key", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, fmt.Errorf("the hash of %q is wrong", vkey)
	}
	return &witness{parts[0], hash, key[1:]}, nil
}

// A policy is a C2SP tlog-policy.
type policy struct {
	logs      []note.Verifier
	witnesses []note.Verifier
	// The names of the keys of witnesses, by their names in the policy.
	keyNames map[string]string
	groups   map[string]group
	quorum   string
}

type group struct {
	threshold int
	members   []string
}

func readPolicy(file string) (*policy, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &policy{keyNames: map[string]string{}, groups: map[string]group{}}
	seen := map[string]bool{"none": true}
	keys := map[string]bool{}
	for number, line := range strings.Split(string(data), "\n") {
		for _, c := range []byte(line) {
			if c < 0x20 && c != '\t' || c == 0x7f {
				return nil, fmt.Errorf("line %d of the policy holds a control character", number+1)
			}
		}
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		bad := fmt.Errorf("line %d of the policy: %q", number+1, line)
		define := func(name string) bool {
			if seen[name] {
				return false
			}
			seen[name] = true
			return true
		}
		switch {
		case words[0] == "log" && (len(words) == 2 || len(words) == 3):
			v, err := note.NewVerifier(words[1])
			if err != nil || keys[words[1]] {
				return nil, bad
			}
			keys[words[1]] = true
			p.logs = append(p.logs, v)
		case words[0] == "witness" && (len(words) == 3 || len(words) == 4):
			w, err := newWitness(words[2])
			if err != nil || keys[words[2]] || !define(words[1]) {
				return nil, bad
			}
			keys[words[2]] = true
			p.witnesses = append(p.witnesses, w)
			p.keyNames[words[1]] = w.name
		case words[0] == "group" && len(words) >= 4:
			members := words[3:]
			threshold, err := strconv.Atoi(words[2])
			switch words[2] {
			case "any":
				threshold, err = 1, nil
			case "all":
				threshold, err = len(members), nil
			}
			if err != nil || threshold < 1 || threshold > len(members) {
				return nil, bad
			}
			for _, member := range members {
				if !seen[member] || member == "none" {
					return nil, bad
				}
			}
			if !define(words[1]) {
				return nil, bad
			}
			p.groups[words[1]] = group{threshold, members}
		case words[0] == "quorum" && len(words) == 2 && seen[words[1]] && p.quorum == "":
			p.quorum = words[1]
		default:
			return nil, bad
		}
	}
	if p.quorum == "" {
		return nil, fmt.Errorf("the policy has no quorum")
	}
	return p, nil
}

// checkQuorum reports whether the witnesses of these key names are the quorum.
func (p *policy) checkQuorum(signers map[string]bool) error {
	var met func(string) bool
	met = func(name string) bool {
		g, ok := p.groups[name]
		if !ok {
			return name == "none" || signers[p.keyNames[name]]
		}
		count := 0
		for _, member := range g.members {
			if met(member) {
				count++
			}
		}
		return count >= g.threshold
	}
	if !met(p.quorum) {
		return fmt.Errorf("%d signers are not the quorum", len(signers))
	}
	return nil
}

// openCheckpoint checks a checkpoint: signed by the log that its origin names, and, if asked, by the quorum.
func (p *policy) openCheckpoint(data []byte, needsQuorum bool) (string, tlog.Tree, error) {
	var tree tlog.Tree
	n, err := note.Open(data, note.VerifierList(append(append([]note.Verifier{}, p.logs...), p.witnesses...)...))
	if err != nil {
		return "", tree, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 {
		return "", tree, fmt.Errorf("the checkpoint has too few lines")
	}
	signers := map[string]bool{}
	isLogged := false
	for _, s := range n.Sigs {
		signers[s.Name] = true
		isLogged = isLogged || s.Name == lines[0]
	}
	if !isLogged {
		return "", tree, fmt.Errorf("the log %q has not signed its checkpoint", lines[0])
	}
	if needsQuorum {
		if err := p.checkQuorum(signers); err != nil {
			return "", tree, fmt.Errorf("the checkpoint: %v", err)
		}
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || strconv.FormatInt(tree.N, 10) != lines[1] {
		return "", tree, fmt.Errorf("the size %q", lines[1])
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return lines[0], tree, err
}

// A proof is a C2SP tlog-proof that was found good.
type proof struct {
	origin string
	index  int64
	record []byte
	tree   tlog.Tree
}

func (p *policy) checkProof(data []byte) (*proof, error) {
	head, checkpoint, ok := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 3 {
		return nil, fmt.Errorf("this is no tlog-proof with an extra line")
	}
	extra := strings.TrimPrefix(lines[1], "extra ")
	record, err := base64.StdEncoding.Strict().DecodeString(extra)
	if err != nil || extra == lines[1] {
		return nil, fmt.Errorf("the extra line: %v", err)
	}
	digits := strings.TrimPrefix(lines[2], "index ")
	index, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != digits {
		return nil, fmt.Errorf("the index line %q", lines[2])
	}
	var hashes tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	origin, tree, err := p.openCheckpoint(checkpoint, true)
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(record)); err != nil {
		return nil, err
	}
	return &proof{origin, index, record, tree}, nil
}
