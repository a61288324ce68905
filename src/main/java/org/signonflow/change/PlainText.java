package org.signonflow.change;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which characters user-supplied text may contain: the one rule for names, descriptions and keys, whichever API they come through. Lengths
 * are in UTF-16 units, as in Java, on every database.
 *
 * <p>Characters that are invisible or change the text direction can make one text look like another, so they are refused; so are plain
 * direction marks, since right-to-left text does not need them on a line of its own. Those required for writing are allowed: joiners
 * between emoji and in scripts that use them, and a single variation selector after a character that has variants.
 */
public final class PlainText {

    /** What not every database can store: PostgreSQL rejects NUL; lone surrogates and noncharacters cannot be sent. */
    private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\p{Cs}\\p{IsNoncharacter_Code_Point}]");
    /** Format characters except visible Arabic and other signs; fillers, the blank Braille pattern, variation selectors, and tags. */
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cf}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F"
        + "\\u2065\\u2800\\u3164\\uFFA0\\uFE00-\\uFE0F\\uFFF0-\\uFFF8\\x{E0000}-\\x{E0FFF}"
        + "&&[^\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\\x{110BD}\\x{110CD}]]");

    private static final String EMOJI = "\\u2190-\\u21FF\\u2300-\\u23FF\\u25A0-\\u27BF\\u2900-\\u297F\\u2B00-\\u2BFF\\x{1F000}-\\x{1FAFF}";
    private static final String ALSO_EMOJI = "\\u00A9\\u00AE\\u203C\\u2049\\u2122\\u2139\\u24C2\\u3030\\u303D\\u3297\\u3299";
    private static final String JOINING = "[\\p{IsArabic}\\p{IsSyriac}\\p{IsNko}\\p{IsMandaic}\\p{IsMongolian}\\p{IsDevanagari}"
        + "\\p{IsBengali}\\p{IsGurmukhi}\\p{IsGujarati}\\p{IsOriya}\\p{IsTamil}\\p{IsTelugu}\\p{IsKannada}\\p{IsMalayalam}"
        + "\\p{IsSinhala}\\p{IsKhmer}\\p{IsMyanmar}\\p{IsBalinese}\\p{IsJavanese}&&[\\p{L}\\p{M}]]";
    /** Each with the character before it: Java's lookbehind works on halves of surrogate pairs. */
    private static final Pattern NEEDED = Pattern.compile(String.join("|",
        // The flags of England, Scotland and Wales.
        "\\x{1F3F4}\\x{E0067}\\x{E0062}(?:\\x{E0065}\\x{E006E}\\x{E0067}|\\x{E0073}\\x{E0063}\\x{E0074}|\\x{E0077}\\x{E006C}\\x{E0073})"
            + "\\x{E007F}",
        "[" + EMOJI + "][\\uFE0E\\uFE0F]?(?:\\u200D(?=[" + EMOJI + "]))?",
        "[" + ALSO_EMOJI + "][\\uFE0E\\uFE0F]",
        "[#*0-9]\\uFE0F(?=\\u20E3)",
        JOINING + "\\p{M}{0,4}[\\u200C\\u200D](?=" + JOINING + ")",
        // Displayed as a letter of its own at the end of a word: Malayalam's chillus and Bengali's khanda ta.
        "[\\u09CD\\u0D4D]\\u200D",
        "[\\p{IsMongolian}&&\\p{L}][\\u180B-\\u180F]",
        "\\p{IsIdeographic}[\\uFE00-\\uFE02\\x{E0100}-\\x{E01EF}]"));

    private PlainText() {
    }

    /** Why the text cannot be stored, as the rest of a sentence that begins with its field. */
    public static Optional<String> unstorable(String text) {
        return first(UNSTORABLE, text).map("must not contain U+%04X or other code points that are not characters"::formatted);
    }

    /** What the text hides, as the rest of that sentence. */
    public static Optional<String> hidden(String text) {
        return HIDDEN.matcher(text).find() ? first(HIDDEN, NEEDED.matcher(text).replaceAll(""))
            .map("must not contain characters that are invisible or change the text direction, such as its U+%04X"::formatted)
            : Optional.empty();
    }

    /** Why the text is not a single, fully visible line, as the rest of that sentence. */
    public static Optional<String> notOneLine(String text) {
        if (text.codePoints().anyMatch(Character::isISOControl) || UNSTORABLE.matcher(text).find()) {
            return Optional.of("must not contain line breaks, other control characters or invalid characters");
        }
        return hidden(text);
    }

    /** Why the text is not a single readable line, as the rest of that sentence. */
    public static Optional<String> problem(String text) {
        return notOneLine(text).or(() -> text.codePoints().allMatch(PlainText::isSpace) ? Optional.of("must not be blank") : Optional.empty());
    }

    /** Whether the text is too long, as the rest of that sentence. */
    public static Optional<String> tooLong(String text, int longest) {
        return text.length() <= longest ? Optional.empty()
            : Optional.of("must have at most %,d characters, not %,d".formatted(longest, text.length()));
    }

    /** The text on one line, without what hides or reorders text: for what others wrote, beside which more stands. */
    public static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }

    /** Cuts a text without a {@link #problem} so that the result has none either. */
    public static String cut(String text, int longest) {
        int end = Math.min(longest, text.length());
        // Surrogate pairs and joined characters are not split.
        while (end > 0 && problem(text.substring(0, end)).isPresent()) {
            end--;
        }
        return text.substring(0, end);
    }

    private static Optional<Integer> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group().codePointAt(0)) : Optional.empty();
    }

    private static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }
}
