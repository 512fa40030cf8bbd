// Package ui stands in the place of Alertmanager's, whose pages its Go module does not carry: npm builds them.
package ui

import "github.com/prometheus/common/route"

// Register serves no pages.
func Register(_ *route.Router) {}
