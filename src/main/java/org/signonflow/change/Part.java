package org.signonflow.change;

/**
 * A part of what takes effect, compared on its own so that a change can be attributed to it. The key is stored with its digest: a part
 * whose coverage changes needs a new key.
 */
public enum Part {
    APPLICATION("application"),
    /** Only for an application that the change creates: an existing one's grants are not touched. */
    GRANTS("grants"),
    POLICY("policy"),
    ACTIONS("actions"),
    /** The assignment's priority, and the application's other assignments. */
    ASSIGNMENTS("assignments"),
    /** Only for an existing application with no other assignment. */
    DEFAULT_POLICY("defaultPolicy");

    final String key;

    Part(String key) {
        this.key = key;
    }
}
