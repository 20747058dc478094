/// The tables of the index. The index is a cache: it can be deleted at any time and is rebuilt from the files.
///
/// Chains, and owners' regions, are numbered by `region.id`. Positions are (chain, idx): the leaf index in the
/// chain's tree.
enum IndexSchema {
    /// Changes whenever the tables change; an index of another version is rebuilt.
    static let version = 20

    static let tables = """
        CREATE TABLE region(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE chain(
            region INTEGER PRIMARY KEY, height INTEGER NOT NULL, epoch INTEGER NOT NULL, time INTEGER NOT NULL, root BLOB NOT NULL,
            size INTEGER NOT NULL, hashes BLOB NOT NULL, seen TEXT NOT NULL);
        CREATE TABLE subtree(
            chain INTEGER, level INTEGER, idx INTEGER, hash BLOB NOT NULL, PRIMARY KEY(chain, level, idx))
            WITHOUT ROWID;
        CREATE TABLE block(
            chain INTEGER, height INTEGER, first INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
            time INTEGER NOT NULL, count INTEGER NOT NULL, charter INTEGER NOT NULL, seen TEXT NOT NULL,
            invalid TEXT NOT NULL, checkpoint BLOB NOT NULL, certified INTEGER NOT NULL,
            PRIMARY KEY(chain, height)) WITHOUT ROWID;
        CREATE TABLE epoch_start(
            chain INTEGER, epoch INTEGER, height INTEGER NOT NULL, PRIMARY KEY(chain, epoch)) WITHOUT ROWID;
        CREATE TABLE member(
            chain INTEGER, height INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL, offset INTEGER NOT NULL,
            PRIMARY KEY(chain, height)) WITHOUT ROWID;
        CREATE UNIQUE INDEX block_by_size ON block(chain, size);
        CREATE INDEX block_uncertified ON block(certified, chain, height) WHERE certified<>1;
        CREATE TABLE record(
            id BLOB, chain INTEGER, idx INTEGER NOT NULL, code TEXT,
            PRIMARY KEY(id, chain)) WITHOUT ROWID;
        CREATE TABLE reference(key BLOB PRIMARY KEY, id BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE accreditation(
            chain INTEGER, issuer BLOB, idx INTEGER, active INTEGER NOT NULL, until INTEGER,
            PRIMARY KEY(chain, issuer, idx)) WITHOUT ROWID;
        CREATE TABLE kind(
            id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, issuer TEXT NOT NULL, terms BLOB NOT NULL);
        CREATE TABLE line(
            voucher BLOB, seq INTEGER, chain INTEGER NOT NULL, idx INTEGER NOT NULL, region INTEGER NOT NULL,
            owner BLOB NOT NULL, remaining INTEGER NOT NULL, voided INTEGER NOT NULL, kind INTEGER NOT NULL,
            head BLOB NOT NULL, PRIMARY KEY(voucher, seq)) WITHOUT ROWID;
        CREATE TABLE redeemed(
            chain INTEGER, idx INTEGER, item INTEGER, voucher BLOB NOT NULL, amount INTEGER NOT NULL,
            holder TEXT NOT NULL, merchant TEXT NOT NULL, PRIMARY KEY(chain, idx, item)) WITHOUT ROWID;
        CREATE TABLE refunded(
            redemption BLOB, voucher BLOB, chain INTEGER, idx INTEGER, amount INTEGER NOT NULL,
            PRIMARY KEY(redemption, voucher, chain, idx)) WITHOUT ROWID;
        CREATE TABLE debt(
            chain INTEGER, first INTEGER, currency TEXT, debtor INTEGER, creditor INTEGER, kind INTEGER,
            count INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL,
            PRIMARY KEY(chain, first, currency, debtor, creditor, kind)) WITHOUT ROWID;
        CREATE TABLE certificate(
            chain INTEGER, height INTEGER, epoch INTEGER, size INTEGER NOT NULL, root BLOB NOT NULL,
            verdict BLOB NOT NULL, PRIMARY KEY(chain, height, epoch)) WITHOUT ROWID;
        CREATE INDEX certificate_by_size ON certificate(chain, size);
        CREATE TABLE certificate_count(chain INTEGER PRIMARY KEY, count INTEGER NOT NULL);
        CREATE TABLE vote(
            chain INTEGER, height INTEGER, epoch INTEGER, voter INTEGER, verdict BLOB NOT NULL,
            line BLOB NOT NULL, PRIMARY KEY(chain, height, epoch, voter)) WITHOUT ROWID;
        CREATE INDEX vote_by_voter ON vote(chain, voter, height);
        CREATE TABLE contradiction(
            chain INTEGER, height INTEGER, epoch INTEGER, voter INTEGER, verdict BLOB,
            PRIMARY KEY(chain, height, epoch, voter, verdict)) WITHOUT ROWID;
        CREATE TABLE evidence(
            name BLOB PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, chain TEXT,
            height INTEGER, first INTEGER NOT NULL, signers TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX evidence_by_subject ON evidence(subject);
        """

    /// What only a region's own index needs, to list vouchers by their latest owner and to follow its pool, its
    /// answers, its outbox and its peers.
    static let regionTables = """
        CREATE INDEX line_by_owner ON line(owner);
        CREATE TABLE pool(
            position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, line BLOB NOT NULL,
            complete INTEGER NOT NULL, reference BLOB);
        CREATE INDEX pool_by_reference ON pool(reference) WHERE reference IS NOT NULL;
        CREATE INDEX pool_accreditations ON pool(type) WHERE type='accredit';
        CREATE TABLE reservation(voucher BLOB PRIMARY KEY, id BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX reservation_by_id ON reservation(id);
        CREATE TABLE pooled_claim(
            voucher BLOB, id BLOB, redemption BLOB, amount INTEGER NOT NULL, PRIMARY KEY(voucher, id))
            WITHOUT ROWID;
        CREATE TABLE answer(
            id BLOB PRIMARY KEY, line BLOB NOT NULL, refused INTEGER NOT NULL, record BLOB,
            published INTEGER NOT NULL);
        CREATE TABLE dropped(
            id BLOB PRIMARY KEY, line BLOB NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, refusal BLOB,
            deadline INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX dropped_by_refusal ON dropped(deadline) WHERE refusal IS NOT NULL;
        CREATE TABLE deferred(
            position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, line BLOB NOT NULL, reason TEXT NOT NULL,
            reference BLOB);
        CREATE INDEX deferred_by_reference ON deferred(reference) WHERE reference IS NOT NULL;
        CREATE TABLE outbox(
            file INTEGER, item INTEGER, id BLOB NOT NULL, line BLOB, sealing INTEGER NOT NULL,
            deadline INTEGER, reference BLOB, done INTEGER NOT NULL, PRIMARY KEY(file, item)) WITHOUT ROWID;
        CREATE INDEX outbox_by_reference ON outbox(reference) WHERE reference IS NOT NULL;
        CREATE INDEX outbox_by_id ON outbox(id) WHERE line IS NOT NULL;
        CREATE TABLE peer(
            path TEXT PRIMARY KEY, heads BLOB NOT NULL, complete INTEGER NOT NULL, scanned INTEGER NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE peer_outbox(
            path TEXT, file INTEGER, size INTEGER NOT NULL, next INTEGER, wait INTEGER, PRIMARY KEY(path, file))
            WITHOUT ROWID;
        CREATE TABLE useless(
            peer TEXT, file TEXT, mark BLOB NOT NULL, time INTEGER NOT NULL, fault INTEGER NOT NULL,
            PRIMARY KEY(peer, file))
            WITHOUT ROWID;
        CREATE TABLE judged_evidence(key BLOB PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX judged_evidence_by_number ON judged_evidence(number);
        CREATE TABLE private_file(name TEXT PRIMARY KEY) WITHOUT ROWID;
        """
}
