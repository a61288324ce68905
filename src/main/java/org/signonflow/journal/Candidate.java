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
        CERTAIN, LIKELY, DOUBTFUL
    }

    /** An object that only this instance can have made: it carries our reference, or lives in an object that this instance made. */
    public static Candidate certain(String id) {
        return new Candidate(id, null, Certainty.CERTAIN);
    }

    /** An object of a name that no other can have; whether it is ours depends on when it was made. */
    public static Candidate likely(String id, Instant createdAt) {
        return new Candidate(id, createdAt, Certainty.LIKELY);
    }

    /** An object that others may make at the same time: if it was made when ours was, a person has to look. */
    public static Candidate doubtful(String id, Instant createdAt) {
        return new Candidate(id, createdAt, Certainty.DOUBTFUL);
    }

    boolean isCertain() {
        return certainty == Certainty.CERTAIN;
    }

    /** Whether a person has to look, should it be the only one. */
    boolean isDoubtful() {
        return certainty == Certainty.DOUBTFUL || !isCertain() && createdAt == null;
    }
}
