package loyalty

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The codes of a Bill's lines. Of all of them Rule is the partner, and the block where it
// concerns one; Fact is minor units that the partner owes, below 0 is owed; Mark is
// points. In a correction both are differences. The codes are format.
const (
	CodeBlockBought   = "loyalty.block-bought"   // a block begins
	CodeBlockUsed     = "loyalty.block-used"     // points that it covers, below 0 that went back to it; no money
	CodeBlockLapsed   = "loyalty.block-lapsed"   // points left at its end, or back later; no money
	CodeBlockRefunded = "loyalty.block-refunded" // points left at its end, or back later
	CodeOverBlock     = "loyalty.over-block"     // points over the blocks, less those taken back
	CodeBilled        = "loyalty.billed"         // points issued, less those taken back
	CodeReimbursed    = "loyalty.reimbursed"     // points spent in the shop, less those given back
	CodeLapsedPaid    = "loyalty.lapsed-paid"    // points that lapsed
)

// Explain renders a line of a Bill as a sentence, with points and money in the
// coalition's digits. A code of another sort is returned as it is.
func (c *Coalition) Explain(line customer.Reason, language customer.Language) string {
	points := decimal.New(line.Mark, -c.rules.PointDigits).String()
	amount := c.rules.Currency.Text(max(line.Fact, -line.Fact))
	if language == customer.Chinese {
		return explainLineChinese(line, points, amount)
	}
	return explainLineEnglish(line, points, amount)
}

func explainLineEnglish(line customer.Reason, points, amount string) string {
	due := ", to pay " + amount
	if line.Fact < 0 {
		due = ", to get " + amount
	}
	switch line.Code {
	case CodeBlockBought:
		return fmt.Sprintf("%s: a block of %s points%s", line.Rule, points, due)
	case CodeBlockUsed:
		if line.Mark < 0 {
			return fmt.Sprintf("%s: %s points back into the block, less those issued", line.Rule, points[1:])
		}
		return fmt.Sprintf("%s: %s points out of the block, less those taken back", line.Rule, points)
	case CodeBlockLapsed:
		return fmt.Sprintf("%s: %s points are left of the block and lapse", line.Rule, points)
	case CodeBlockRefunded:
		return fmt.Sprintf("%s: %s points are left of the block%s", line.Rule, points, due)
	case CodeOverBlock:
		return fmt.Sprintf("%s: %s points over the block, less those taken back%s", line.Rule, points, due)
	case CodeBilled:
		return fmt.Sprintf("%s: %s points issued, less those taken back%s", line.Rule, points, due)
	case CodeReimbursed:
		return fmt.Sprintf("%s: %s points spent in the shop, less those given back%s", line.Rule, points, due)
	case CodeLapsedPaid:
		return fmt.Sprintf("%s: %s points lapsed%s", line.Rule, points, due)
	}
	return line.Code
}

func explainLineChinese(line customer.Reason, points, amount string) string {
	due := "，应付" + amount
	if line.Fact < 0 {
		due = "，应收" + amount
	}
	switch line.Code {
	case CodeBlockBought:
		return fmt.Sprintf("%s：预购%s积分%s", line.Rule, points, due)
	case CodeBlockUsed:
		if line.Mark < 0 {
			return fmt.Sprintf("%s：退回预购积分%s积分(已减去发放)", line.Rule, points[1:])
		}
		return fmt.Sprintf("%s：从预购积分中扣减%s积分(已减去收回)", line.Rule, points)
	case CodeBlockLapsed:
		return fmt.Sprintf("%s：预购积分剩余%s积分，已失效", line.Rule, points)
	case CodeBlockRefunded:
		return fmt.Sprintf("%s：预购积分剩余%s积分%s", line.Rule, points, due)
	case CodeOverBlock:
		return fmt.Sprintf("%s：超出预购%s积分(已减去收回)%s", line.Rule, points, due)
	case CodeBilled:
		return fmt.Sprintf("%s：发放%s积分(已减去收回)%s", line.Rule, points, due)
	case CodeReimbursed:
		return fmt.Sprintf("%s：店内使用%s积分(已减去退回)%s", line.Rule, points, due)
	case CodeLapsedPaid:
		return fmt.Sprintf("%s：%s积分失效%s", line.Rule, points, due)
	}
	return line.Code
}
