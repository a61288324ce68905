package org.signonflow.journal;

import java.time.Instant;

/**
 * An object found in PingOne that an unfinished call may have made.
 *
 * @param id        its id in PingOne
 * @param createdAt when PingOne says it was made; null where PingOne does not say
 */
public record Candidate(String id, Instant createdAt, Certainty certainty) {

    /** How sure it is that an object which was made at the time in question was made by the call. */
    enum Certainty {
        CERTAIN, ALIKE, LIKELY, DOUBTFUL
    }

    /** An object that only this instance can have made: it carries our reference, or lives in an object that this instance made. */
    public static Candidate certain(String id) {
        return new Candidate(id, null, Certainty.CERTAIN);
    }

    /**
     * The one that was to be made, which is all that matters to go on; but in objects of others, who could have made it meanwhile. So it
     * is not taken away without a person.
     */
    public static Candidate alike(String id) {
        return new Candidate(id, null, Certainty.ALIKE);
    }

    /** An object of a name that no other can have; whether it is ours depends on when it was made. */
    public static Candidate likely(String id, Instant createdAt) {
        return new Candidate(id, createdAt, Certainty.LIKELY);
    }

    /** An object that others may make at the same time: if it was made when ours was, a person has to look. */
    public static Candidate doubtful(String id, Instant createdAt) {
        return new Candidate(id, createdAt, Certainty.DOUBTFUL);
    }

    boolean isAlike() {
        return certainty == Certainty.ALIKE;
    }

    /** Whether it is the one, whenever it was made. */
    boolean isTheOne() {
        return certainty == Certainty.CERTAIN || isAlike();
    }

    /** Whether a person has to look, should it be the only one. */
    boolean isDoubtful() {
        return certainty == Certainty.DOUBTFUL || !isTheOne() && createdAt == null;
    }
}
