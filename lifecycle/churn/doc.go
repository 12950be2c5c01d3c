// Package churn estimates who is still a customer, and how much she will buy.
package churn
