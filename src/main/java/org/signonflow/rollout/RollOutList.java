package org.signonflow.rollout;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads the list of a roll-out, CSV or JSON. */
@Component
public class RollOutList {

    private final RowCheck check;

    RollOutList(RowCheck check) {
        this.check = check;
    }

    /**
     * Reads the list to its end, as far as it is within bounds, and makes each row complete. The caller closes the stream.
     *
     * @return the applications as they stand on the list; behind them, with the lines 0, -1 and so on, the new policies that they share
     * @throws BadList     with all that is wrong
     * @throws IOException if the stream fails
     */
    public List<Request> read(InputStream list, Settings settings) throws IOException {
        throw new UnsupportedOperationException();
    }
}
