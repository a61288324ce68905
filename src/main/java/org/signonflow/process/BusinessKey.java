package org.signonflow.process;

import org.signonflow.change.Field;
import org.signonflow.change.PlainText;

/** The key by which people find an instance in Cockpit and over REST. The caller may supply one; otherwise it is composed of names. */
public final class BusinessKey {

    public static final Field FIELD = Field.optional("businessKey", null, Field.upTo(Field.LONGEST_KEY));

    private static final String SEPARATOR = " / ";

    private BusinessKey() {
    }

    /** The key of a flow, with the names truncated to fit. */
    public static String of(String application, String policy) {
        int room = Field.LONGEST_KEY - SEPARATOR.length();
        return PlainText.cut(application, Math.max(room / 2, room - policy.length())) + SEPARATOR
            + PlainText.cut(policy, Math.max(room / 2, room - application.length()));
    }

    /** The key of a row, with the roll-out's name truncated to fit. */
    public static String ofRow(String rollOut, int line) {
        String row = "/" + line;
        return PlainText.cut(rollOut, Field.LONGEST_KEY - row.length()) + row;
    }

    public static boolean isBlank(String key) {
        return key == null || key.isBlank();
    }
}
