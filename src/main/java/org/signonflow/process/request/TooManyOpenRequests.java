package org.signonflow.process.request;

import java.util.List;
import org.signonflow.process.InvalidInput;

/** Somebody, or an environment, has as many requests that have not ended as may be. REST answers it with 429. */
public class TooManyOpenRequests extends InvalidInput {

    TooManyOpenRequests(String sentence) {
        super(List.of(sentence));
    }
}
