package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A tileFolder reads the tiles of a C2SP tlog-tiles directory, whose paths lack the height that x/mod writes.
type tileFolder string

func (d tileFolder) Height() int                     { return 8 }
func (d tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

func (d tileFolder) path(t tlog.Tile) string {
	return filepath.Join(string(d), "tile", strings.TrimPrefix(t.Path(), "tile/8/"))
}

func (d tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(d.path(t))
		if err != nil {
			return nil, err
		}
		contents = append(contents, data)
	}
	return contents, nil
}

// entries reads the bundle of entries that belongs to a tile of level 0.
func (d tileFolder) entries(t tlog.Tile) ([][]byte, error) {
	path := strings.Replace(d.path(t), "/tile/0/", "/tile/entries/", 1)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s is cut off", path)
		}
		n := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:n])
		data = data[n:]
	}
	if len(entries) != t.W {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path, len(entries), t.W)
	}
	return entries, nil
}

// checkTiles checks the checkpoint, every tile and every entry of a directory, and a proof of each of its records.
func checkTiles(policyFile, dir string) error {
	p, err := readPolicy(policyFile)
	if err != nil {
		return err
	}
	folder := tileFolder(dir)
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	origin, tree, err := p.openCheckpoint(data, false)
	if err != nil {
		return err
	}
	_, _, uncosigned := p.openCheckpoint(data, true)

	// Every tile that a tree of this size has is there, at every level, with the right width.
	files := 0
	for level, count := 0, tree.N; count > 0; level, count = level+1, count>>8 {
		for n := int64(0); n<<8 < count; n++ {
			t := tlog.Tile{H: 8, L: level, N: n, W: 256}
			if count-n<<8 < 256 {
				t.W = int(count - n<<8)
			}
			content, err := folder.ReadTiles([]tlog.Tile{t})
			if err != nil {
				return err
			}
			if len(content[0]) != 32*t.W {
				return fmt.Errorf("%s has %d bytes", folder.path(t), len(content[0]))
			}
			files++
		}
	}

	// Each hash that this reader gives is authenticated by the root.
	reader := tlog.TileHashReader(tree, folder)
	for first := int64(0); first < tree.N; first += 256 {
		t := tlog.Tile{H: 8, L: 0, N: first / 256, W: 256}
		if tree.N-first < 256 {
			t.W = int(tree.N - first)
		}
		entries, err := folder.entries(t)
		if err != nil {
			return err
		}
		files++
		for i, entry := range entries {
			index := first + int64(i)
			hash := tlog.RecordHash(entry)
			stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			if err != nil {
				return err
			}
			if stored[0] != hash {
				return fmt.Errorf("entry %d does not hash to its tile", index)
			}
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, hash); err != nil {
				return err
			}
		}
	}
	for size := int64(1); size < tree.N; size += 1 + tree.N/64 {
		root, err := tlog.TreeHash(size, reader)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, size, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return err
		}
	}
	fmt.Printf("tiles %s size %d files %d quorum %t\n", origin, tree.N, files, uncosigned == nil)
	return nil
}
