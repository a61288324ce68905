package org.signonflow.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Alternates between the subjects of a comparison, so that each runs under the same conditions. */
final class Alternation {

    /** Runs something and returns what was measured. */
    interface Measurement<T> {
        T take() throws IOException, SQLException;
    }

    private Alternation() {
    }

    /** The measurements of each, one per turn. */
    static <T> Map<String, List<T>> take(int turns, Map<String, Measurement<T>> compared) throws IOException, SQLException {
        Map<String, List<T>> taken = new LinkedHashMap<>();
        for (int turn = 0; turn < turns; turn++) {
            for (Map.Entry<String, Measurement<T>> each : compared.entrySet()) {
                taken.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(each.getValue().take());
            }
        }
        return taken;
    }

    static double median(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
