package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a roll-out will do, and what prevents it.
 *
 * @param applications how many applications are on the list
 * @param calls        how many calls to PingOne it takes if none has to be repeated; a few more if PingOne's lists have several pages
 * @param seconds      the minimum duration under PingOne's quota; 0 without one
 * @param problems     why it cannot be carried out; only the first ones
 * @param moreProblems how many more there are
 * @param warnings     what somebody should know; only the first ones
 * @param moreWarnings how many more there are
 */
public record Plan(int applications, int calls, long seconds, List<Environment> environments, List<Problem> problems, int moreProblems,
                   List<Problem> warnings, int moreWarnings) {

    private static final int LONGEST_SUMMARY = 3_500;
    private static final int MOST_EXAMPLES = 10;

    /**
     * What it will do in one environment.
     *
     * @param newApplications   how many it will create
     * @param applicationsThere how many exist in PingOne
     * @param mostApplications  how many PingOne allows
     * @param newPolicies       likewise for sign-on policies
     * @param calls             how many calls it takes
     * @param facts             what its rows need to know about the environment
     * @param found             what was found about its existing applications, by line, see {@link Found}
     */
    public record Environment(String environment, int newApplications, int applicationsThere, int mostApplications, int newPolicies,
                              int policiesThere, int mostPolicies, int calls, @JsonIgnore EnvironmentLookup facts,
                              @JsonIgnore Map<Integer, Map<String, String>> found) {

        private String summary() {
            return "%s: %s (PingOne has %,d of at most %,d); %s (PingOne has %,d of at most %,d); %s.".formatted(environment,
                count(newApplications, "new application"), applicationsThere, mostApplications,
                count(newPolicies, "new sign-on policy"), policiesThere, mostPolicies, count(calls, "call"));
        }
    }

    /** The plan as a few lines of plain text, at most 3,500 characters. */
    @JsonProperty
    public String summary() {
        List<String> lines = new ArrayList<>();
        lines.add("%s, %s%s.".formatted(count(applications, "application"), count(calls, "call"), seconds == 0 ? ""
            : seconds < 120 ? ", at least %d seconds under PingOne's quota".formatted(seconds)
            : ", at least %,d minutes under PingOne's quota".formatted((seconds + 59) / 60)));
        environments.forEach(environment -> lines.add(environment.summary()));
        examples("Blocking problems", problems, moreProblems, lines);
        examples("Warnings", warnings, moreWarnings, lines);
        String text = String.join("\n", lines);
        return text.length() <= LONGEST_SUMMARY ? text : text.substring(0, LONGEST_SUMMARY - 1) + "…";
    }

    private static void examples(String title, List<Problem> problems, int more, List<String> lines) {
        if (!problems.isEmpty()) {
            lines.add(title + ":");
            problems.stream().limit(MOST_EXAMPLES).forEach(problem -> lines.add(problem.toString()));
            int others = more + Math.max(0, problems.size() - MOST_EXAMPLES);
            if (others > 0) {
                lines.add("And %,d more.".formatted(others));
            }
        }
    }

    private static String count(int many, String what) {
        return "%,d %s".formatted(many, many == 1 ? what : what.endsWith("y") ? what.substring(0, what.length() - 1) + "ies" : what + "s");
    }
}
