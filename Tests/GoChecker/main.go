// Checks what scrip writes with code that shares nothing with it: golang.org/x/mod for signed notes and Merkle
// trees, and what the C2SP specifications say of cosignatures, tlog-proofs, tlog-policies and tlog-tiles.
//
//	gochecker vectors DIR             the RFC 6962 proofs of the public test data
//	gochecker note VKEY FILE          a signed note by one key
//	gochecker proof POLICY FILE       a tlog-proof, its record in `extra`
//	gochecker receipt POLICY FILE     receipts, one a line: the proof, and the verdict by the same quorum
//	gochecker tiles POLICY DIR        a tlog-tiles directory, every file of it
//
// Each prints one line of what it found and exits 0, or says what is wrong and exits 1.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: gochecker vectors|note|proof|receipt|tiles ..."))
	}
	var err error
	switch args := os.Args[2:]; os.Args[1] {
	case "vectors":
		err = checkVectors(args[0])
	case "note":
		err = checkNote(args[0], args[1])
	case "proof":
		err = withPolicy(args[0], args[1], func(p *policy, data []byte) error {
			proof, err := p.checkProof(data)
			if err == nil {
				fmt.Printf("proof %s index %d size %d\n", proof.origin, proof.index, proof.tree.N)
			}
			return err
		})
	case "receipt":
		err = withPolicy(args[0], args[1], checkReceipts)
	case "tiles":
		err = checkTiles(args[0], args[1])
	default:
		err = fmt.Errorf("unknown check %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "gochecker:", err)
	os.Exit(1)
}

func withPolicy(policyFile, file string, check func(*policy, []byte) error) error {
	p, err := readPolicy(policyFile)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return check(p, data)
}

func checkNote(vkey, file string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	n, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	fmt.Printf("note %d bytes, %d good, %d of others\n", len(n.Text), len(n.Sigs), len(n.UnverifiedSigs))
	return nil
}

// checkReceipts checks receipts and says what the verdict of each finds of its record.
func checkReceipts(p *policy, data []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var receipt struct{ Proof, Type, Verdict string }
		if err := json.Unmarshal(lines.Bytes(), &receipt); err != nil {
			return err
		}
		if receipt.Type != "receipt" {
			return fmt.Errorf("a line of type %q", receipt.Type)
		}
		proof, err := p.checkProof([]byte(receipt.Proof))
		if err != nil {
			return err
		}
		finding, err := p.checkVerdict(receipt.Verdict, proof)
		if err != nil {
			return err
		}
		fmt.Printf("receipt %s index %d %s\n", proof.origin, proof.index, finding)
	}
	return lines.Err()
}

// checkVerdict checks that the quorum's log keys signed the verdict, that it is on the tree of the proof, and returns
// what it says of the proof's record.
func (p *policy) checkVerdict(text string, proof *proof) (string, error) {
	n, err := note.Open([]byte(text), note.VerifierList(p.logs...))
	if err != nil {
		return "", err
	}
	signers := map[string]bool{}
	for _, s := range n.Sigs {
		signers[s.Name+"/witness"] = true
	}
	if err := p.checkQuorum(signers); err != nil {
		return "", fmt.Errorf("the verdict: %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(n.Text, "\n"), "\n")
	if len(lines) < 7 || lines[0] != "scrip verdict v1" || lines[1] != "chain "+proof.origin ||
		lines[5] != fmt.Sprint("size ", proof.tree.N) || lines[6] != "root "+proof.tree.Hash.String() {
		return "", fmt.Errorf("the verdict is not on the tree of the proof")
	}
	var from int64
	if _, err := fmt.Sscanf(lines[4], "from %d", &from); err != nil || proof.index <= from {
		return "", fmt.Errorf("the record is none of the block")
	}
	for _, line := range lines[7:] {
		if strings.HasPrefix(line, fmt.Sprintf("invalid %d ", proof.index)) {
			return line, nil
		}
	}
	return "valid", nil
}
