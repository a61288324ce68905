package org.signonflow.change;

/**
 * Something has become of a change. Published within the transaction that records it: whoever acts on what has really happened waits for
 * its commit.
 *
 * @param change as it is now
 */
public record ChangeEvent(Kind kind, Change change) {

    /** What has become of it. */
    public enum Kind { REQUESTED, APPROVED, ENDED }
}
