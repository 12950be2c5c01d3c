package main

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer/journal"
)

// printLog writes what the till asked for, and what became of it.
func (p *printer) printLog(log []event) {
	p.print("%s", p.say("WHAT THE TILL SENT", "收银台发送的请求"))
	for _, event := range log {
		if event.again > 0 {
			p.print(p.say("  the line is back; kept and sent again: %d", "  线路恢复;重发留存的请求:%d"), event.again)
			continue
		}
		asked := event.request.what()
		p.print("%s  %s  %s  %s  %s", right(p.language.Day(p.day(asked.at)), 8), p.clock(asked.at),
			asked.ref, left(p.asked(event.request), 26), p.became(event))
		if event.refusal != nil {
			for _, reason := range event.refusal.Missing {
				p.print("    %s", p.explain(reason))
			}
		}
	}
	p.print("")
}

// asked says what a request asks for.
func (p *printer) asked(r request) string {
	switch {
	case r.Open != nil:
		return p.say("open the card", "开卡")
	case r.Hold != nil:
		return fmt.Sprintf(p.say("hold %s points", "冻结%s积分"), r.Hold.Points)
	case r.Capture != nil:
		return p.say("spend the points held", "使用冻结的积分")
	case r.Sale != nil:
		return p.say("sale", "销售")
	}
	return p.say("return of ", "退货,原单") + r.Return.Sale
}

// became says what became of a request.
func (p *printer) became(e event) string {
	switch {
	case e.refusal != nil:
		return p.say("refused", "拒绝")
	case e.unsent && e.request.Hold != nil:
		return p.say("not sent, so all is paid in cash", "未发送,全部以现金支付")
	case e.unsent:
		return p.say("kept", "留存")
	case e.silent:
		return p.say("no answer, kept", "无应答,留存")
	case e.outcome.Result == journal.Replayed:
		return p.say("replayed: booked the first time, not again", "重放:首次已入账,不再入账")
	}
	return p.say("booked", "已入账")
}
