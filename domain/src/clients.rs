//! Clients: the people who are served.

choice! {
    /// The groups a person belongs to (人员类型); a person may belong to several.
    pub enum PersonKind {
        Elder          = "elder",           "老年人",       "Elderly person";
        Disabled       = "disabled",        "残疾人",       "Person with a disability";
        Child          = "child",           "儿童",         "Child";
        LeftBehind     = "left_behind",     "留守儿童",     "Left-behind child";
        DifficultChild = "difficult_child", "困境儿童",     "Child in difficulty";
        Orphan         = "orphan",          "孤儿",         "Orphan";
        Youth          = "youth",           "青少年",       "Young person";
        Woman          = "woman",           "妇女",         "Woman";
        LowIncome      = "low_income",      "低保对象",     "Minimum-allowance recipient";
        LowIncomeEdge  = "low_income_edge", "低保边缘",     "Near the minimum allowance";
        Destitute      = "destitute",       "特困人员",     "Person in extreme hardship";
        Homeless       = "homeless",        "流浪乞讨人员", "Homeless person";
        Veteran        = "veteran",         "退役军人",     "Veteran";
        Other          = "other",           "其他",         "Other";
    }
}

choice! {
    /// What a guardian is to the client.
    pub enum Relation {
        Father      = "father",      "父亲",     "Father";
        Mother      = "mother",      "母亲",     "Mother";
        Grandparent = "grandparent", "祖父母或外祖父母", "Grandparent";
        Spouse      = "spouse",      "配偶",     "Spouse";
        Child       = "child",       "子女",     "Son or daughter";
        Sibling     = "sibling",     "兄弟姐妹", "Sibling";
        Institution = "institution", "机构监护", "Institution";
        Other       = "other",       "其他",     "Other";
    }
}
