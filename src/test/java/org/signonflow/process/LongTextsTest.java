package org.signonflow.process;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.signonflow.harness.LongTexts;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever is typed into a field is answered with a sentence: not with a stack that overflows, and not after minutes. */
class LongTextsTest {

    static Stream<Function<String, String>> checks() {
        return Stream.of(Field.shortText(), Field.longText(), Field.policyName(), Field.uuid(), Field.mobileId(),
            Field.oneOf("true", "false"), Field.someOf(List.of("sms", "email")), Field.scopes(), Field.redirectUris(), Field.positive(),
            Lines::problem);
    }

    @ParameterizedTest
    @MethodSource("checks")
    void everyFieldBearsAnyText(Function<String, String> check) {
        Field field = Field.required("field", check);
        LongTexts.surviving(() -> LongTexts.all().forEach(text ->
            assertThat(field.problem(text)).as("%.30s", text).startsWith("field: ").hasSizeLessThan(300)));
    }

    @Test
    void aListOfLinesIsReadToItsLongest() {
        String longest = IntStream.rangeClosed(1, 800).mapToObj(line -> "%d".formatted(line)).collect(Collectors.joining(", "));
        assertThat(longest).hasSizeBetween(3_801, Field.LONGEST_LIST);
        LongTexts.surviving(() -> {
            assertThat(Lines.problem(longest)).isNull();
            assertThat(Lines.of(longest).contains(800)).isTrue();
            assertThat(Lines.of(longest).contains(801)).isFalse();
            assertThat(Lines.problem("1" + ",1".repeat(1_900))).as("the text that overflowed the stack").isNull();
        });
        assertThat(Lines.problem("1,".repeat(2_001))).isEqualTo("must have at most 4,000 characters, not 4,002");
    }
}
