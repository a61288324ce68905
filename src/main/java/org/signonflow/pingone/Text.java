package org.signonflow.pingone;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Makes external text safe for a single log line. */
final class Text {

    /** Control and format characters, line and paragraph separators, lone surrogates: what could forge, hide or reorder a line of a log. */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private Text() {
    }

    /** The text on one line, cut to the given length; null stays null. */
    static String clean(String text, int longest) {
        return clean(text, longest, List.of());
    }

    /** The same, with secrets redacted in case the server echoes them; before cutting, or half of one could remain. */
    static String clean(String text, int longest, Collection<String> secrets) {
        if (text == null) {
            return null;
        }
        String struck = text;
        for (String secret : secrets) {
            struck = secret == null || secret.isEmpty() ? struck : struck.replace(secret, "***");
        }
        String line = UNSAFE.matcher(struck).replaceAll(" ");
        return line.length() <= longest ? line : line.substring(0, longest - 1) + "…";
    }
}
