package org.signonflow.change;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may stand in a text that people send: the one rule for names, descriptions and keys, whatever door they come by. Lengths are
 * counted as Java does, in UTF-16 units, on every database.
 *
 * <p>What cannot be seen, or changes the direction of what is beside it, makes a text look like another one, so it is refused; also the
 * marks of direction by themselves, since text from right to left needs none on a line of its own. What is needed to write stays: a joiner
 * between emoji and within scripts that have one, and the selector of a variant behind what has variants, one at a time.
 */
public final class PlainText {

    /** What databases differ in: NUL is no text to PostgreSQL; half a surrogate pair cannot be sent, nor a code that is no character. */
    private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\p{Cs}\\p{IsNoncharacter_Code_Point}]");
    /** Formatting characters but those Arabic and other signs that show; fillers, a blank of Braille, selectors of variants, and tags. */
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cf}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F"
        + "\\u2065\\u2800\\u3164\\uFFA0\\uFE00-\\uFE0F\\uFFF0-\\uFFF8\\x{E0000}-\\x{E0FFF}"
        + "&&[^\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\\x{110BD}\\x{110CD}]]");

    private static final String EMOJI = "\\u2190-\\u21FF\\u2300-\\u23FF\\u25A0-\\u27BF\\u2900-\\u297F\\u2B00-\\u2BFF\\x{1F000}-\\x{1FAFF}";
    private static final String ALSO_EMOJI = "\\u00A9\\u00AE\\u203C\\u2049\\u2122\\u2139\\u24C2\\u3030\\u303D\\u3297\\u3299";
    private static final String JOINING = "[\\p{IsArabic}\\p{IsSyriac}\\p{IsNko}\\p{IsMandaic}\\p{IsMongolian}\\p{IsDevanagari}"
        + "\\p{IsBengali}\\p{IsGurmukhi}\\p{IsGujarati}\\p{IsOriya}\\p{IsTamil}\\p{IsTelugu}\\p{IsKannada}\\p{IsMalayalam}"
        + "\\p{IsSinhala}\\p{IsKhmer}\\p{IsMyanmar}\\p{IsBalinese}\\p{IsJavanese}&&[\\p{L}\\p{M}]]";
    /** Each with what it stands behind: Java looks back by halves of characters. */
    private static final Pattern NEEDED = Pattern.compile(String.join("|",
        // The flags of England, Scotland and Wales.
        "\\x{1F3F4}\\x{E0067}\\x{E0062}(?:\\x{E0065}\\x{E006E}\\x{E0067}|\\x{E0073}\\x{E0063}\\x{E0074}|\\x{E0077}\\x{E006C}\\x{E0073})"
            + "\\x{E007F}",
        "[" + EMOJI + "][\\uFE0E\\uFE0F]?(?:\\u200D(?=[" + EMOJI + "]))?",
        "[" + ALSO_EMOJI + "][\\uFE0E\\uFE0F]",
        "[#*0-9]\\uFE0F(?=\\u20E3)",
        JOINING + "\\p{M}{0,4}[\\u200C\\u200D](?=" + JOINING + ")",
        // What shows as a letter of its own where it ends a word: the chillus of Malayalam, and Bengali's khanda ta.
        "[\\u09CD\\u0D4D]\\u200D",
        "[\\p{IsMongolian}&&\\p{L}][\\u180B-\\u180F]",
        "\\p{IsIdeographic}[\\uFE00-\\uFE02\\x{E0100}-\\x{E01EF}]"));

    private PlainText() {
    }

    /** Why no database of ours may get the text, as the rest of a sentence that begins with its field. */
    public static Optional<String> unstorable(String text) {
        return first(UNSTORABLE, text).map("must not contain U+%04X or other codes that are no characters"::formatted);
    }

    /** What the text hides, as the rest of such a sentence. */
    public static Optional<String> hidden(String text) {
        return HIDDEN.matcher(text).find() ? first(HIDDEN, NEEDED.matcher(text).replaceAll(""))
            .map("must not contain characters that cannot be seen or change the direction of others, such as its U+%04X"::formatted)
            : Optional.empty();
    }

    /** What keeps the text from being one line that shows all it has, as the rest of such a sentence. */
    public static Optional<String> notOneLine(String text) {
        if (text.codePoints().anyMatch(Character::isISOControl) || UNSTORABLE.matcher(text).find()) {
            return Optional.of("must not contain line breaks, other control characters or broken ones");
        }
        return hidden(text);
    }

    /** What keeps the text from being one line to read, as the rest of such a sentence. */
    public static Optional<String> problem(String text) {
        return notOneLine(text).or(() -> text.codePoints().allMatch(PlainText::isSpace) ? Optional.of("must not be blank") : Optional.empty());
    }

    /** Why the text is longer than it may be, as the rest of such a sentence. */
    public static Optional<String> tooLong(String text, int longest) {
        return text.length() <= longest ? Optional.empty()
            : Optional.of("must have at most %,d characters, not %,d".formatted(longest, text.length()));
    }

    /** As much of a text without a {@link #problem} as has none either. */
    public static String cut(String text, int longest) {
        int end = Math.min(longest, text.length());
        // A pair, or what is joined, is not cut in two.
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
