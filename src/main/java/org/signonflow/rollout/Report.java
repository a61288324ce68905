package org.signonflow.rollout;

import java.io.IOException;
import java.io.Writer;
import org.springframework.stereotype.Component;

/** What has become of each application of a roll-out, as CSV. */
@Component
public class Report {

    private final RollOuts rollOuts;

    Report(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    /** Writes the rows as they are read. The caller closes the writer. */
    public void write(String rollOutId, Writer out) throws IOException {
        throw new UnsupportedOperationException();
    }
}
