package org.signonflow.sandbox;

import java.util.ArrayList;
import java.util.List;

/** A path of the sandbox that faults can target: its segments, null for any id, and its methods. */
record Route(String[] steps, List<String> methods) {

    static final List<Route> ALL = all();

    private static List<Route> all() {
        List<Route> all = new ArrayList<>();
        all.add(new Route(new String[] {""}, List.of("GET")));
        all.add(new Route(new String[] {"as", "token"}, List.of("POST")));
        for (Kind kind : Kind.values()) {
            List<String> list = new ArrayList<>();
            if (kind.parent != null) {
                list.add(kind.parent.collection);
                list.add(null);
            }
            list.add(kind.collection);
            all.add(of(list, Api.methods(kind, false)));
            list.add(null);
            all.add(of(list, Api.methods(kind, true)));
            if (kind.secretive) {
                list.add("secret");
                all.add(of(list, Api.OF_SECRET));
            }
        }
        return List.copyOf(all);
    }

    private static Route of(List<String> steps, List<String> methods) {
        return new Route(steps.toArray(String[]::new), methods);
    }
}
