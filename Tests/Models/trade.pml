/*
 * A trade between two regions with a deadline (protocol section 6): does the buyer's region ever hold a trade for dead,
 * or refused, that is confirmed in the end?
 *
 * The seller's region seals blocks whose times never go back; it may seal the trade, once it is attested, in a block
 * that is not past the deadline. It may lie and put other blocks in place of those that are not certified. The buyer's
 * region answers once, may crash, and holds the trade for dead if a certified block is past the deadline, or has
 * replaced the head, without the trade in the chain up to there.
 *
 * -DNAIVE_CLOCK      dead when the own clock is past the deadline
 * -DNAIVE_SEALED     dead by a block that is sealed and not certified
 * -DNAIVE_ANSWER     the answer is published before it is persisted
 */
#define BLOCKS 4
#define DEADLINE 2
#define LATEST 3

byte times[BLOCKS];         /* of the blocks of the seller's chain */
byte height;                /* how many there are */
byte certified;             /* how many of them are certified */
byte trade = BLOCKS;        /* the block that holds the trade */
byte other = BLOCKS;        /* the block that holds another change of the same head */
bool attested, refused;     /* published by the buyer's region */
byte stored;                /* persisted there: 1 attested, 2 refused */
bool refusal;               /* arrived at the seller's region */
bool dead;                  /* what the buyer's region says */

active proctype seller() {
    byte time;
    do
    :: height < BLOCKS ->
        atomic {
            select(time : 0 .. LATEST);
            if
            :: height > 0 && time < times[height - 1] -> time = times[height - 1]
            :: else
            fi;
            times[height] = time;
            if
            :: attested && !refusal && time <= DEADLINE && trade == BLOCKS && other == BLOCKS -> trade = height
            :: trade == BLOCKS && other == BLOCKS -> other = height
            :: true
            fi;
            height++;
            time = 0
        }
    :: refused && !refusal -> refusal = true
    :: certified < height -> certified++
    :: height > certified ->
        /* A fork: what is certified stays. */
        atomic {
            height = certified;
            if
            :: trade != BLOCKS && trade >= certified -> trade = BLOCKS
            :: else
            fi;
            if
            :: other != BLOCKS && other >= certified -> other = BLOCKS
            :: else
            fi
        }
    :: height == BLOCKS && certified == BLOCKS -> break
    od
}

active proctype buyer() {
    byte answer;
start:
    if
    :: stored -> answer = stored
    :: !stored -> if :: answer = 1 :: answer = 2 fi
    fi;
#ifdef NAIVE_ANSWER
    if :: answer == 1 -> attested = true :: else -> refused = true fi;
    if :: true :: answer = 0; goto start fi;
    stored = answer;
#else
    stored = answer;
    if :: true :: answer = 0; goto start fi;
    if :: answer == 1 -> attested = true :: else -> refused = true fi;
#endif
#ifdef NAIVE_CLOCK
    dead = true
#else
    byte sure;
    do
    :: atomic {
#ifdef NAIVE_SEALED
        sure = height;
#else
        sure = certified;
#endif
        if
        :: sure > 0 && (times[sure - 1] > DEADLINE || other < sure) && !(trade < sure) -> dead = true
        :: else
        fi;
        sure = 0 }
    :: certified == BLOCKS -> break
    od
#endif
}

#define CONFIRMED (trade < certified)

active proctype always() {
    assert(!(CONFIRMED && dead) && !(CONFIRMED && refused))
}
