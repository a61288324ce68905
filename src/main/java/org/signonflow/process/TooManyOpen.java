package org.signonflow.process;

import java.util.List;

/** Somebody, or an environment, has as many requests that have not ended as may be. REST answers it with 429. */
public class TooManyOpen extends InvalidInput {

    TooManyOpen(String sentence) {
        super(List.of(sentence));
    }
}
