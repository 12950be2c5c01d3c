package main

// The shop's rule books, as it would keep them in files: rules are data.

const rhythmJSON = `{"id": "rhythm", "version": 1, "prior_gaps": 3, "own_gaps": 20, "half_at_gaps": 8, "window_days": 14}`

const stagesJSON = `{
	"id": "stages", "version": 1, "zone": "Europe/Amsterdam", "currency": {"code": "EUR", "digits": 2},
	"first_purchase": {"id": "first"},
	"grow": {"id": "grow", "match": "all", "stay_days": 28, "marks": [
		{"measure": "visits", "window_days": 182, "enter": 3, "leave": 2}
	]},
	"mature": {"id": "mature", "match": "all", "stay_days": 56, "marks": [
		{"measure": "visits", "window_days": 364, "enter": 10, "leave": 7},
		{"measure": "spend", "window_days": 364, "enter": 30000, "leave": 20000}
	]},
	"end": {"id": "end", "match": "all", "latest_days": 364, "marks": [
		{"measure": "silent-days", "enter": 42, "leave": 21},
		{"measure": "silence-permille", "enter": 950, "leave": 800}
	]},
	"return": {"id": "back", "stay_days": 28}
}`

const ladderJSON = `{
	"id": "come-back", "version": 1, "zone": "Europe/Amsterdam", "currency": {"code": "EUR", "digits": 2},
	"held_out_permille": 300, "salt": "come-back-2026",
	"rungs": [
		{"id": "card", "silence_days": 42, "gaps_permille": 2500, "play": "a card with three tips", "channel": "card", "message": "tips"},
		{"id": "voucher", "silence_days": 63, "gaps_permille": 3500, "play": "5 euro off", "channel": "e-mail", "message": "voucher", "promotion": true},
		{"id": "call", "silence_days": 84, "gaps_permille": 4500, "play": "ask what is wrong", "channel": "phone", "message": "call", "due_days": 7}
	],
	"between_days": 14, "ladder_days": 56, "result_days": 28, "rest_days": 28, "on_complaint": "wait"
}`

const playbookJSON = `{"id": "playbook", "version": 1, "plays": [
	{"id": "thanks", "stage": "developing", "kind": "welcome", "trigger": "first-purchase", "due_days": 7, "role": "service"},
	{"id": "new releases", "stage": "growing", "kind": "member", "trigger": "entering", "due_days": 14, "role": "sales", "promotion": true},
	{"id": "a word", "stage": "growing", "kind": "member", "trigger": "entering", "due_days": 14, "role": "sales"},
	{"id": "listening evening", "stage": "mature", "kind": "personal", "trigger": "entering", "due_days": 28, "role": "manager"},
	{"id": "why?", "stage": "ending", "kind": "win-back", "trigger": "entering", "due_days": 14, "role": "manager"}
]}`

const riskJSON = `{
	"id": "risk", "version": 1, "currency": {"code": "EUR", "digits": 2},
	"horizon_days": 182, "least_likelihood_permille": 300, "most_likelihood_permille": 900, "least_loss": "20", "most": 8,
	"answers": [
		{"stage": "mature", "play": "listening evening", "channel": "phone", "due_days": 5},
		{"stage": "growing", "play": "a word", "channel": "phone", "due_days": 5},
		{"stage": "ending", "play": "why?", "channel": "phone", "due_days": 5}
	]
}`
