/*
 * Votes and certificates (protocol section 8): may a block, or the two blocks of a fork at one height, ever have two
 * certificates that disagree?
 *
 * N voters, of whom F lie, vote for branch 0 or 1, whichever they see first. A vote is persisted before it is
 * published, a voter may crash between any two steps, and two collectors see the votes in any order, some of them
 * never. A certificate is the votes of K voters for one branch; it stands on its own bytes.
 *
 * -DNAIVE_RESPONDERS   the quorum is more than half of those who happened to answer
 * -DNAIVE_LINES        lines of vote files are counted, not voters: a liar's vote is copied
 * -DNAIVE_PERSIST      a vote is published before it is persisted
 * -DAGREED             nobody forks, and N - K voters are silent: there must be a certificate in the end
 */
#ifndef N
#define N 4
#endif
#ifndef K
#define K 3
#endif
#ifndef F
#define F 1
#endif
#define COLLECTORS 2

bool published[N * 2];      /* voter * 2 + branch */
byte stored[N];             /* what a voter persisted: 0 nothing, 1 + branch */
byte copies[2];             /* more files with a liar's vote */
bool seen[COLLECTORS * N * 2];  /* what the collectors hold: the first one's, then the second one's */
bool certificate[2];
byte left = N;              /* voters that are not done */

/* `from` is where the collector's own part of `seen` begins. */
inline count(from, branch, result) {
    voter = 0;
    result = 0;
    answered = 0;
    do
    :: voter < N ->
        /* Two different verdicts of a voter: neither counts. */
        if
        :: seen[from + voter * 2 + branch] && !seen[from + voter * 2 + 1 - branch] -> result++; answered++
        :: !seen[from + voter * 2 + branch] && seen[from + voter * 2 + 1 - branch] -> answered++
        :: else
        fi;
        voter++
    :: else -> break
    od
#ifdef NAIVE_LINES
    ;
    if
    :: seen[from + branch] -> result = result + copies[branch]
    :: else
    fi
#endif
}

inline certify(from) {
    count(from, branch, found);
    if
#ifdef NAIVE_RESPONDERS
    :: found * 2 > answered -> certificate[branch] = true
#else
    :: found >= K -> certificate[branch] = true
#endif
    :: else
    fi;
    voter = 0;
    found = 0;
    answered = 0
}

active proctype collectors() {
    byte voter, branch, found, answered, item;
    do
    :: atomic { select(item : 0 .. N * 2 - 1); seen[item] = seen[item] || published[item]; item = 0 }
    :: atomic { select(item : 0 .. N * 2 - 1); seen[N * 2 + item] = seen[N * 2 + item] || published[item]; item = 0 }
    :: atomic { select(branch : 0 .. 1); certify(0); branch = 0 }
    :: atomic { select(branch : 0 .. 1); certify(N * 2); branch = 0 }
    :: atomic {
        left == 0 ->
#ifdef AGREED
        item = 0;
        do
        :: item < N -> seen[item * 2] = published[item * 2]; item++
        :: else -> break
        od;
        branch = 0;
        certify(0);
        assert(certificate[0]);
#endif
        break }
    od
}

proctype honest(byte self) {
    byte choice;
start:
    if
    :: stored[self] -> choice = stored[self]
    :: !stored[self] ->
        if
        :: choice = 1
#ifndef AGREED
        :: choice = 2
#endif
        fi
    fi;
#ifdef NAIVE_PERSIST
    published[self * 2 + choice - 1] = true;
    if
    :: true
    :: choice = 0; goto start       /* a crash: what is not on disk is forgotten */
    fi;
    stored[self] = choice;
#else
    stored[self] = choice;
    if
    :: true
    :: choice = 0; goto start
    fi;
    published[self * 2 + choice - 1] = true;
#endif
    left--
}

proctype liar(byte self) {
    if
    :: published[self * 2] = true; copies[0] = N
    :: published[self * 2 + 1] = true; copies[1] = N
    :: published[self * 2] = true; published[self * 2 + 1] = true
    :: true
    fi;
    left--
}

/* No voter is heard of: it counts in N all the same. */
proctype silent() { left-- }

active proctype always() {
    assert(!(certificate[0] && certificate[1]))
}

init {
    byte next = 0;
    atomic {
#ifdef AGREED
        do
        :: next < N - K -> run silent(); next++
        :: next >= N - K && next < N -> run honest(next); next++
        :: next == N -> break
        od
#else
        do
        :: next < F -> run liar(next); next++
        :: next >= F && next < N -> run honest(next); next++
        :: next == N -> break
        od
#endif
    }
}
