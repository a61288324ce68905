package org.signonflow.process;

import org.signonflow.change.Field;
import org.signonflow.change.PlainText;

/** By what people find an instance in Cockpit and over REST. Whoever starts it may give a key; otherwise it is made of names. */
public final class BusinessKey {

    public static final Field FIELD = Field.optional("businessKey", null, Field.upTo(Field.LONGEST_KEY));

    private static final String SEPARATOR = " / ";

    private BusinessKey() {
    }

    /** The key of a flow, with as much of the names as there is room for. */
    public static String of(String application, String policy) {
        int room = Field.LONGEST_KEY - SEPARATOR.length();
        return PlainText.cut(application, Math.max(room / 2, room - policy.length())) + SEPARATOR
            + PlainText.cut(policy, Math.max(room / 2, room - application.length()));
    }

    /** The key of a row, with as much of the roll-out's name as there is room for. */
    public static String ofRow(String rollOut, int line) {
        String row = "/" + line;
        return PlainText.cut(rollOut, Field.LONGEST_KEY - row.length()) + row;
    }

    public static boolean isBlank(String key) {
        return key == null || key.isBlank();
    }
}
