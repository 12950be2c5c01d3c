module github.com/rapport-crm/rapport/.ci/house

go 1.25
