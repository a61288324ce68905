package org.signonflow.change;

import java.util.regex.Pattern;

/** Texts in files that people open with a spreadsheet. */
public final class SpreadsheetText {

    /**
     * Where a spreadsheet would start a formula: at the start of a cell, even after blanks and quotes, and after anything it may take for a
     * cell or line separator instead of the comma.
     *
     * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP: CSV injection</a>
     */
    private static final Pattern FORMULA = Pattern.compile("(?<=^|[;\t\r\n])(?=[\\s\\p{Z}\"']*[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n])");

    private SpreadsheetText() {
    }

    /** The text with an apostrophe before anything that a spreadsheet would take for a formula; null stays null. */
    public static String harmless(String text) {
        return text == null ? null : FORMULA.matcher(text).replaceAll("'");
    }
}
