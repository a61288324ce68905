/**
 * The benchmarks: what the engine and the journal cost, beside the calls to PingOne alone and beside the same models on the settings of
 * Camunda's starter.
 *
 * <p>{@code mvn verify -Dbench} runs them all, and no other test; {@code -Dit.test=ThroughputIT} one. What is compared takes turns in one
 * run, after a warm-up, and the tables show medians of the turns; so their ratios hold where the machine changes, and their times do not.
 * The sandbox, the database and each engine run in processes of their own, as their users run them. The tables are printed, and kept in
 * {@code target/tables.txt}.
 */
package org.signonflow.bench;
