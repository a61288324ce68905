package org.signonflow.change;

/**
 * A part of what takes effect, compared by itself, so that it can be said which has changed. The key is stored with its digest: a part that
 * comes to cover something else gets another key.
 */
public enum Part {
    APPLICATION("application"),
    /** Only of an application that the change makes: another's grants are not touched. */
    GRANTS("grants"),
    POLICY("policy"),
    ACTIONS("actions"),
    /** The assignment's priority, and what is assigned to the application besides. */
    ASSIGNMENTS("assignments"),
    /** Only where nothing else is assigned to an application that was there before. */
    DEFAULT_POLICY("defaultPolicy");

    final String key;

    Part(String key) {
        this.key = key;
    }
}
