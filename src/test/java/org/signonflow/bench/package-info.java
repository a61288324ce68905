/**
 * The benchmarks: what the engine and the journal cost, compared with the calls to PingOne alone and with the same models on the settings
 * of Camunda's starter.
 *
 * <p>{@code mvn verify -Dbench} runs them all, and no tests; {@code -Dit.test=ThroughputIT} one of them. A run alternates between the
 * subjects of a comparison, after a warm-up, and the tables show medians; so the ratios hold even if the machine changes, but the times do
 * not. The sandbox, the database and each engine run in their own processes, as users run them. The tables are printed, and appended to
 * {@code target/tables.txt}.
 */
package org.signonflow.bench;
