package org.signonflow.process;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.signonflow.change.Field;
import org.signonflow.harness.LongTexts;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Any text typed into a field is answered with a sentence, without a stack overflow or a delay of minutes. */
class LongTextsTest {

    static Stream<Function<String, String>> checks() {
        return Stream.of(Field.shortText(), Field.longText(), Field.policyName(), Field.uuid(), Field.mobileId(),
            Field.oneOf("true", "false"), Field.someOf(List.of("sms", "email")), Field.scopes(), Field.redirectUris(), Field.positive());
    }

    @ParameterizedTest
    @MethodSource("checks")
    void everyFieldHandlesAnyText(Function<String, String> check) {
        Field field = Field.required("field", check);
        LongTexts.surviving(() -> LongTexts.all().forEach(text ->
            assertThat(field.problem(text)).as("%.30s", text).startsWith("field: ").hasSizeLessThan(300)));
    }
}
