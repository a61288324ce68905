package org.signonflow.process.request;

import java.util.List;
import org.signonflow.process.InvalidInput;

/** A person or an environment has reached the limit of open requests. REST answers with 429. */
public class TooManyOpenRequests extends InvalidInput {

    TooManyOpenRequests(String sentence) {
        super(List.of(sentence));
    }
}
