package complaint

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// listedRules are rules with a row in every list that there is.
func listedRules() Rules {
	hour := calendar.Budget{OpenSeconds: 3600}
	return Rules{
		Edition: customer.Edition{ID: "lists", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "EUR", Digits: 2},
		Intake: IntakeRules{Costs: []ContactCost{{Channel: Phone, EachMinor: 5}}},
		Clocks: []ClockRule{{
			Name: "answer", Starts: []Trigger{{Kind: KindReceive}}, Severities: []Severity{High}, Kinds: []string{"billing"}, Channels: []Channel{Phone},
			ClockTerms: ClockTerms{
				Stops: []Trigger{{Kind: KindLog, Direction: ToCustomer}}, Budget: hour, Calendar: "always", PauseReasons: []string{"photo"}, Warn: []int{500},
				After: []calendar.Budget{hour}, Extensions: []ExtensionRule{{Budget: hour, Role: "manager"}},
			},
		}},
		Promises: []PromiseRule{{Kind: PromisedCallback, Budget: hour, Calendar: "always"}},
		Ownership: OwnershipRules{
			FirstDesk: "front", Desks: []DeskRule{{Topic: "bill", Desk: "billing"}}, Tiers: []TierRule{{Desk: "upstairs"}},
			Raises:   []RaiseRule{{Clock: "answer", Permille: 1000}},
			Handlers: []HandlerRule{{Topic: "bill", Skills: []string{"bills"}, Trainings: []string{"law"}}},
		},
		Evidence: EvidenceRules{
			Clauses: []Clause{{ID: "terms", Version: 1, From: 1, Hash: HashText(""), Settles: []Cause{CauseCustomer}, Kinds: []string{"wear"}}},
			Inspect: []Cause{CauseProduct}, Inspectors: []string{"engineer"},
		},
		Remedies: RemedyRules{
			Limits: []LimitRule{{Role: "agent", Kinds: []RemedyKind{RefundRemedy}, RemedyMinor: 5, CaseMinor: 5}}, Approvals: []ApprovalRule{{AboveMinor: 1, Approvers: 2}},
			MeasureRoles: []string{"staff"},
		},
		Survey:   SurveyRules{AfterDays: 7, Questions: []Question{{Key: "well", Kind: YesNoQuestion}}},
		Recourse: RecourseRules{Bodies: []BodyRule{{ID: "court", Kinds: []BodyKind{{Kind: "billing", WithinMonths: 5}}}}},
	}
}

// spoil visits every list below a value, counts the rows, and where told so makes them zero.
func spoil(v reflect.Value, path string, rows map[string]int, zero bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i), path+"."+v.Type().Field(i).Name, rows, zero)
		}
	case reflect.Slice:
		rows[path] += v.Len()
		for i := range v.Len() {
			spoil(v.Index(i), path, rows, zero)
			if zero {
				v.Index(i).SetZero()
			}
		}
	}
}

// What the caller does to the lists of the rules afterwards changes no policy.
func TestPolicyKeepsItsOwnLists(t *testing.T) {
	always, err := calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "always", Version: 1}, Zone: "UTC",
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5, 6, 7}, Hours: []calendar.Hours{{From: "00:00", To: "24:00"}}}},
	}, time.UTC)
	require.NoError(t, err)
	rules := listedRules()
	changed, err := NewPolicy(rules, time.UTC, always)
	require.NoError(t, err)
	rows := map[string]int{}
	spoil(reflect.ValueOf(&rules).Elem(), "", rows, true)
	for list, n := range rows {
		require.NotZero(t, n, "%s: a list that this test forgot", list)
	}
	other, err := NewPolicy(listedRules(), time.UTC, always)
	require.NoError(t, err)
	require.Equal(t, other, changed)
}
