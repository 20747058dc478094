/// Every statement of the hot path and of look-ups, prepared once each when it is first used.
enum IndexQuery: Int, CaseIterable {
    case regions, addRegion
    case chain, setChain
    case addSubtree, subtree
    case setMember, member
    case addBlock, addEpochStart, epochStart, block, blockBySize, certifyBlock, lastBlocks, lastCertified,
        blockHolding
    case addRecord, record, recordInChain
    case addReference, reference
    case addAccreditation, accreditation
    case addKind, kindByHash, kind
    case addLine, line, lineOfRecord
    case addRedeemed, redeemed, addRefunded, refunded
    case addDebt
    case addCertificate, countCertificate, certificate, certificateBySize, certificateCovering
    case addVote, vote, votes, trimVotes

    var sql: String {
        switch self {
        case .regions: "SELECT id, name FROM region"
        case .addRegion: "INSERT INTO region(name) VALUES(?)"
        case .chain: "SELECT height, time, root, size, hashes, seen, epoch FROM chain WHERE region=?"
        case .setChain:
            """
            INSERT OR REPLACE INTO chain(region, height, time, root, size, hashes, seen, epoch)
            VALUES(?,?,?,?,?,?,?,?)
            """
        case .addSubtree: "INSERT OR IGNORE INTO subtree(chain, level, idx, hash) VALUES(?,?,?,?)"
        case .subtree: "SELECT hash FROM subtree WHERE chain=? AND level=? AND idx=?"
        case .setMember: "INSERT OR REPLACE INTO member(chain, height, first, last, offset) VALUES(?,?,?,?,?)"
        case .member: "SELECT offset FROM member WHERE chain=? AND height=? AND first=? AND last=?"
        case .addBlock:
            """
            INSERT INTO block(chain, height, first, size, root, time, count, charter, seen, invalid,
                checkpoint, certified) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)
            """
        case .addEpochStart: "INSERT OR IGNORE INTO epoch_start(chain, epoch, height) VALUES(?,?,?)"
        case .epochStart: "SELECT height FROM epoch_start WHERE chain=? AND epoch=?"
        case .block:
            """
            SELECT height, first, size, root, time, count, charter, seen, invalid, checkpoint, certified
            FROM block WHERE chain=? AND height=?
            """
        case .blockBySize:
            """
            SELECT height, first, size, root, time, count, charter, seen, invalid, checkpoint, certified
            FROM block WHERE chain=? AND size=?
            """
        case .blockHolding:
            """
            SELECT height, first, size, root, time, count, charter, seen, invalid, checkpoint, certified
            FROM block WHERE chain=? AND size>? ORDER BY size LIMIT 1
            """
        case .lastCertified:
            """
            SELECT height, first, size, root, time, count, charter, seen, invalid, checkpoint, certified
            FROM block WHERE chain=? AND certified=1 ORDER BY height DESC LIMIT 1
            """
        case .certifyBlock: "UPDATE block SET certified=? WHERE chain=? AND height=?"
        case .lastBlocks:
            """
            SELECT height, first, size, root, time, count, charter, seen, invalid, checkpoint, certified
            FROM block WHERE chain=? AND height>? ORDER BY height
            """
        case .addRecord: "INSERT OR IGNORE INTO record(id, chain, idx, code) VALUES(?,?,?,?)"
        case .record: "SELECT chain, idx, code FROM record WHERE id=?"
        case .recordInChain: "SELECT idx, code FROM record WHERE id=? AND chain=?"
        case .addReference: "INSERT OR IGNORE INTO reference(key, id) VALUES(?,?)"
        case .reference: "SELECT id FROM reference WHERE key=?"
        case .addAccreditation:
            "INSERT INTO accreditation(chain, issuer, idx, active, until) VALUES(?,?,?,?,?)"
        case .accreditation:
            """
            SELECT active, until FROM accreditation WHERE chain=? AND issuer=? AND idx<?
            ORDER BY idx DESC LIMIT 1
            """
        case .addKind: "INSERT INTO kind(hash, issuer, terms) VALUES(?,?,?)"
        case .kindByHash: "SELECT id FROM kind WHERE hash=?"
        case .kind: "SELECT issuer, terms FROM kind WHERE id=?"
        case .addLine:
            """
            INSERT INTO line(voucher, seq, chain, idx, region, owner, remaining, voided, kind, head)
            VALUES(?,?,?,?,?,?,?,?,?,?)
            """
        case .line:
            """
            SELECT seq, chain, idx, region, owner, remaining, voided, kind, head FROM line
            WHERE voucher=? ORDER BY seq DESC
            """
        case .lineOfRecord: "SELECT voucher, seq FROM line WHERE voucher=? AND head=?"
        case .addRedeemed:
            """
            INSERT INTO redeemed(chain, idx, item, voucher, amount, holder, merchant)
            VALUES(?,?,?,?,?,?,?)
            """
        case .redeemed:
            "SELECT voucher, amount, holder, merchant FROM redeemed WHERE chain=? AND idx=? ORDER BY item"
        case .addRefunded:
            "INSERT INTO refunded(redemption, voucher, chain, idx, amount) VALUES(?,?,?,?,?)"
        case .refunded: "SELECT chain, idx, amount FROM refunded WHERE redemption=? AND voucher=?"
        case .addDebt:
            """
            INSERT INTO debt(chain, first, currency, debtor, creditor, kind, count, high, low)
            VALUES(?,?,?,?,?,?,?,?,?)
            """
        case .addCertificate:
            """
            INSERT OR IGNORE INTO certificate(chain, height, epoch, size, root, verdict)
            VALUES(?,?,?,?,?,?)
            """
        case .countCertificate:
            """
            INSERT INTO certificate_count(chain, count) VALUES(?,1)
            ON CONFLICT(chain) DO UPDATE SET count=count+1
            """
        case .certificate:
            "SELECT epoch, size, root, verdict FROM certificate WHERE chain=? AND height=?"
        case .certificateBySize:
            "SELECT root, height FROM certificate WHERE chain=? AND size=?"
        case .certificateCovering:
            "SELECT size FROM certificate WHERE chain=? AND size>? LIMIT 1"
        case .addVote:
            "INSERT OR IGNORE INTO vote(chain, height, epoch, voter, verdict, line) VALUES(?,?,?,?,?,?)"
        case .vote: "SELECT verdict, line FROM vote WHERE chain=? AND height=? AND epoch=? AND voter=?"
        case .votes:
            "SELECT voter, verdict, line FROM vote WHERE chain=? AND height=? AND epoch=? ORDER BY voter"
        case .trimVotes: "UPDATE vote SET line=x'' WHERE chain=? AND height=?"
        }
    }
}
