package org.signonflow.journal;

import java.time.Instant;

/**
 * An object found in PingOne that an unfinished call may have created.
 *
 * @param id        its id in PingOne
 * @param createdAt when it was created, according to PingOne; null if PingOne does not say
 */
public record Candidate(String id, Instant createdAt, Certainty certainty) {

    /** How certain it is that an object created at the time in question was created by the call. */
    enum Certainty {
        CERTAIN, ALIKE, LIKELY, DOUBTFUL
    }

    /** An object that only this instance can have created: it carries our reference, or is part of an object that this instance created. */
    public static Candidate certain(String id) {
        return new Candidate(id, null, Certainty.CERTAIN);
    }

    /**
     * An object equal to the requested one, which is good enough to continue; but it is part of an object of others, who could have created
     * it meanwhile. So it is not deleted without a person.
     */
    public static Candidate alike(String id) {
        return new Candidate(id, null, Certainty.ALIKE);
    }

    /** An object with a unique name; whether it is ours depends on when it was created. */
    public static Candidate likely(String id, Instant createdAt) {
        return new Candidate(id, createdAt, Certainty.LIKELY);
    }

    /** An object that others may create too: if it was created when ours was, a person has to decide. */
    public static Candidate doubtful(String id, Instant createdAt) {
        return new Candidate(id, createdAt, Certainty.DOUBTFUL);
    }

    boolean isAlike() {
        return certainty == Certainty.ALIKE;
    }

    /** Whether it is the requested object, whenever it was created. */
    boolean isTheOne() {
        return certainty == Certainty.CERTAIN || isAlike();
    }

    /** Whether a person has to decide, even if it is the only candidate. */
    boolean isDoubtful() {
        return certainty == Certainty.DOUBTFUL || !isTheOne() && createdAt == null;
    }
}
