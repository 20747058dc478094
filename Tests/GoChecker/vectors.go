package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A number is an unsigned one of 64 bits in the test data; what int64 cannot hold becomes negative, and is refused.
type number uint64

// A vector is one inclusion or consistency proof of the public test data.
type vector struct {
	LeafIdx, TreeSize number
	Root, LeafHash    string
	Size1, Size2      number
	Root1, Root2      string
	Proof             []string
	WantErr           bool
}

// toHash reads a hash of a proof, which has 32 bytes.
func toHash(text string) (tlog.Hash, error) {
	var h tlog.Hash
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(data) != tlog.HashSize {
		err = fmt.Errorf("%d bytes", len(data))
	}
	copy(h[:], data)
	return h, err
}

// toRoot reads a root or leaf hash. The test data has some that are mere words, of which it only matters whether they
// are the same; their hashes stand for them.
func toRoot(text string) (tlog.Hash, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(data) > 0 && len(data) != tlog.HashSize {
		return sha256.Sum256(data), nil
	}
	return toHash(text)
}

func (v *vector) check(isInclusion bool) error {
	var proof []tlog.Hash
	for _, text := range v.Proof {
		hash, err := toHash(text)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	texts := []string{v.Root1, v.Root2}
	if isInclusion {
		texts = []string{v.LeafHash, v.Root}
	}
	first, err := toRoot(texts[0])
	if err != nil {
		return err
	}
	second, err := toRoot(texts[1])
	if err != nil {
		return err
	}
	if isInclusion {
		return tlog.CheckRecord(proof, int64(v.TreeSize), second, int64(v.LeafIdx), first)
	}
	return tlog.CheckTree(proof, int64(v.Size2), second, int64(v.Size1), first)
}

// checkVectors checks the inclusion and consistency proofs below a folder. Those of subtrees are left out: x/mod
// knows none.
func checkVectors(dir string) error {
	count, refused := 0, 0
	for _, kind := range []string{"inclusion", "consistency"} {
		err := filepath.WalkDir(filepath.Join(dir, kind), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".json") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			var v vector
			if err := json.Unmarshal(data, &v); err != nil {
				return fmt.Errorf("%s: %v", path, err)
			}
			result := v.check(kind == "inclusion")
			if (result != nil) != v.WantErr {
				return fmt.Errorf("%s: it is %v, and wantErr is %t", path, result, v.WantErr)
			}
			count++
			if v.WantErr {
				refused++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if count == 0 {
		return fmt.Errorf("there are no vectors in %s", dir)
	}
	fmt.Printf("vectors %d, of them refused %d\n", count, refused)
	return nil
}
