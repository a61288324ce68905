package org.signonflow.change;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.process.BusinessKey;

import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Names that deceive the reader, and names that merely look unusual. */
class PlainTextTest {

    private static String of(int... codePoints) {
        return new String(codePoints, 0, codePoints.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Banking app", "\u00dcberweisung", "\u0628\u0646\u0643 \u0627\u0644\u0642\u0627\u0647\u0631\u0629",
        "\u05d1\u05e0\u05e7 \u05dc\u05d0\u05d5\u05de\u05d9 (2)", "\u94f6\u884c", "\u682a\u5f0f\u4f1a\u793e\u3000\u8449",
        "\u0e18\u0e19\u0e32\u0e04\u0e32\u0e23", "a\u0301",
        // Visible Arabic format characters: number sign, end of ayah.
        "\u0600\u0661", "\u06dd",
        // Joiners that a script needs: Persian, with a vowel sign too, Devanagari, Bengali, Sinhala, Malayalam.
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u0650\u200c\u062e\u0648", "\u0915\u094d\u200d\u0937",
        "\u0930\u200d\u094d\u092f", "\u0995\u09cd\u200c\u09b7", "\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0d28\u0d4d\u200d\u0d2e",
        // Also at the end of a word, where they make another letter: Malayalam, Bengali.
        "\u0d05\u0d35\u0d28\u0d4d\u200d", "\u09b9\u09a0\u09be\u09a4\u09cd\u200d",
        // Variation selectors: Mongolian, and those of a Japanese name.
        "\u1820\u180b", "\u845b\udb40\udd00\u57ce",
        // A family, a rainbow flag, a pilot with a skin tone, a heart on fire, keycaps, hearts and other signs, a pirate flag.
        "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", "\ud83c\udff3\ufe0f\u200d\ud83c\udf08",
        "\ud83d\udc69\ud83c\udffd\u200d\u2708\ufe0f",
        "\u2764\ufe0f\u200d\ud83d\udd25", "1\ufe0f\u20e3", "\u2764\ufe0f \u00a9\ufe0f \u2122\ufe0e", "\ud83c\udff4\u200d\u2620\ufe0f",
        "\ud83d\ude42\u200d\u2194\ufe0f", "\ud83c\udde9\ud83c\uddea"})
    void ordinaryTextIsAccepted(String text) {
        assertThat(PlainText.problem(text)).isEmpty();
        assertThat(PlainText.hidden(text)).isEmpty();
        assertThat(PlainText.unstorable(text)).isEmpty();
    }

    @Test
    void tagSequenceFlagsAreAccepted() {
        for (String tags : new String[] {"gbeng", "gbsct", "gbwls"}) {
            String flag = of(0x1F3F4) + tags.chars().mapToObj(c -> of(0xE0000 + c)).reduce("", String::concat) + of(0xE007F);
            assertThat(PlainText.problem(flag + " " + flag)).isEmpty();
        }
        String hidden = of(0x1F3F4) + "approve".chars().mapToObj(c -> of(0xE0000 + c)).reduce("", String::concat) + of(0xE007F);
        assertThat(PlainText.problem(hidden)).hasValueSatisfying(problem -> assertThat(problem).endsWith("U+E0061"));
    }

    @Test
    void directionalAndInvisibleCharactersAreRefused() {
        IntStream.of(0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x200E, 0x200F, 0x061C, 0x200B, 0x2060, 0x2061,
            0x2064, 0x206A, 0x206F, 0xFEFF, 0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x2028, 0x2029, 0x2800, 0x3164, 0xFFA0,
            0xFFF9, 0xFFFB, 0x200C, 0x200D, 0xFE00, 0xFE0F, 0x1D173, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF).forEach(code -> {
                String one = of(code);
                for (String text : new String[] {"a" + one + "b", one, one + "Shop", "Shop" + one, "Shop " + one + one}) {
                    assertThat(PlainText.problem(text)).as("U+%04X", code).hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("must not contain characters that are invisible").endsWith("U+%04X".formatted(code)));
                }
            });
    }

    /** One is accepted where it is needed: more could hide a text of their own, or make two names look the same. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0645\u06cc\u200c\u200c\u062e", "\u200c\u0645", "\u0645\u200c", "Pay\u200dPal",
        "\u043e\u200d\u043a", "\u2764\ufe0f\ufe0f",
        "\ud83d\ude00\u200d", "\u200d\ud83d\ude00",
        "\ud83d\ude00\u200d\u200d\ud83d\ude00", "1\ufe0f", "a\ufe0f", "\u845b\udb40\udd00\udb40\udd01", "\u0645\u200cb"})
    void oneTooManyIsRefused(String text) {
        assertThat(PlainText.problem(text)).isPresent();
        assertThat(PlainText.hidden(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\nb", "a\tb", "\u0085", "\ud83d", "\ude00\ud83d", "\uffff", "\ufdd0", "\ud83f\udffe"})
    void controlCharactersAndIllFormedTextAreRefused(String text) {
        assertThat(PlainText.problem(text)).hasValueSatisfying(problem -> assertThat(problem).startsWith("must not contain line breaks"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\u00a0", "\u2007\u202f", "\u3000", " \u2003 "})
    void blankTextIsRefused(String text) {
        assertThat(PlainText.problem(text)).contains("must not be blank");
    }

    @Test
    void textIsTruncatedBetweenCharacters() {
        String family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67";
        assertThat(PlainText.cut("ab", 5)).isEqualTo("ab");
        assertThat(PlainText.cut("abc", 2)).isEqualTo("ab");
        assertThat(PlainText.cut("a\ud83d\ude00b", 2)).isEqualTo("a");
        assertThat(PlainText.cut(family, family.length() - 1)).isEqualTo("\ud83d\udc68\u200d\ud83d\udc69");
        assertThat(PlainText.cut(family, family.length() - 4)).isEqualTo("\ud83d\udc68");
    }

    @Test
    void aKeyIsComposedOfBothNames() {
        assertThat(BusinessKey.of("Shop", "Shop_MFA")).isEqualTo("Shop / Shop_MFA");
        for (int[] lengths : new int[][] {{256, 256}, {1, 256}, {256, 1}, {126, 126}, {200, 52}}) {
            String application = "a".repeat(lengths[0]);
            String policy = "p".repeat(lengths[1]);
            String key = BusinessKey.of(application, policy);
            assertThat(key).hasSize(Math.min(255, lengths[0] + lengths[1] + 3)).matches("a+ / p+");
        }
        assertThat(BusinessKey.ofRow("n".repeat(255), 100_000)).hasSize(255).endsWith("n/100000");
        assertThat(BusinessKey.ofRow("Autumn", 7)).isEqualTo("Autumn/7");
    }
}
