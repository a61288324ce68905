/** The pages of our own and the API behind them: where everything is, whether the PingOne environments answer, how far roll-outs are. */
package org.signonflow.web;
