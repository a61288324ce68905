package org.signonflow.terraform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever others wrote stays a text. What Terraform makes of it is shown by TerraformIT. */
class HclTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "Banking app     | Banking app",
        "a\"b\\c          | a\\\"b\\\\c",
        "${file(x)}      | \\u0024{file(x)}",
        "$${x} $$$ 5%    | $\\u0024{x} $$$ 5%",
        "%{ if true }    | \\u0025{ if true }",
        "${              | \\u0024{",
        "\u202e\u200b      | \\u202E\\u200B",
        "a\u00a0b          | a\\u00A0b",
        "\u00e4\u4e2d\ud83d\ude00 | \u00e4\u4e2d\ud83d\ude00"})
    void aStringMeansExactlyItsText(String text, String written) {
        assertThat(Hcl.string(text)).isEqualTo("\"" + written + "\"");
    }

    @Test
    void aStringIsOneVisibleLine() {
        assertThat(Hcl.string("a\nb\r\t\0\u2028\u2029\u0085")).isEqualTo("\"a\\nb\\u000D\\u0009\\u0000\\u2028\\u2029\\u0085\"");
        assertThat(Hcl.string("\ud83d")).as("half a character").isEqualTo("\"\\uFFFD\"");
        assertThat(Hcl.string(new String(Character.toChars(0xE0041)))).as("a tag").isEqualTo("\"\\U000E0041\"");
    }

    @ParameterizedTest
    @CsvSource({"Banking app, banking_app", "\u00c4rger & S\u00f6hne!, arger_sohne",
        "2nd app, app_2nd_app", "\u4e2d\u6587, app", "'', app", "__a__b__, a_b",
        "'a\"\n}', a", "https://x/y, https_x_y"})
    void namesAreIdentifiers(String text, String identifier) {
        assertThat(Hcl.identifier(text, "app")).isEqualTo(identifier);
    }

    @Test
    void namesAreNotTooLong() {
        assertThat(Hcl.identifier("x".repeat(59) + " " + "y".repeat(200), "app")).isEqualTo("x".repeat(59));
    }

    @Test
    void aCommentEndsWithItsLine() {
        assertThat(new Hcl().comment("one\r\ntwo\rthree\u2028four\u0085\u202e").toString()).isEqualTo("# one\n# two\n# three?four??\n");
    }

    @Test
    void blocksAreLaidOutAsByTerraformFmt() {
        assertThat(new Hcl().block("resource \"a\" \"b\"", Terraform.members("name", "x", "longer", 1, "object",
            Map.of("list", List.of("y", "z")), "last", true, "block", new Hcl.Block(Map.of("to", new Hcl.Expression("a.b"))))).toString())
            .isEqualTo("""
                resource "a" "b" {
                  name   = "x"
                  longer = 1

                  object = {
                    list = ["y", "z"]
                  }

                  last = true

                  block {
                    to = a.b
                  }
                }
                """);
    }
}
