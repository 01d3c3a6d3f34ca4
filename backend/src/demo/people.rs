//! Who is in the demo. Every name, place and number is invented.

use domain::access::Role;
use domain::packs::Pack;
use domain::units::UnitKind::{self, Department, Group, Project, Site};

/// The district's administrator.
pub(super) const ADMIN: &str = "叶知秋";
/// The evaluators.
pub(super) const EVALUATORS: [&str; 2] = ["林以衡", "何述真"];

/// A post in an organisation.
pub(super) struct StaffPost {
    pub(super) name: &'static str,
    pub(super) roles: &'static [Role],
}

/// The same eight posts in every organisation.
pub(super) const STAFF: &[StaffPost] = &[
    StaffPost { name: "head", roles: &[Role::Head] },
    StaffPost { name: "supervisor", roles: &[Role::Supervisor] },
    StaffPost { name: "worker1", roles: &[Role::SocialWorker] },
    StaffPost { name: "worker2", roles: &[Role::SocialWorker] },
    StaffPost { name: "counsellor", roles: &[Role::Counsellor, Role::SocialWorker] },
    StaffPost { name: "intake", roles: &[Role::Intake] },
    StaffPost { name: "finance", roles: &[Role::Finance, Role::Materials, Role::SafetyOfficer] },
    StaffPost { name: "archivist", roles: &[Role::Archivist, Role::HumanResources] },
];

/// A unit of an organisation.
pub(super) struct UnitPlan {
    pub(super) kind: UnitKind,
    pub(super) name: &'static str,
    /// The name of what it stands below; empty for the organisation itself.
    pub(super) below: &'static str,
    /// The post whose holder heads it; empty while nobody does.
    pub(super) head: &'static str,
    pub(super) duties: &'static str,
    /// Where a site is, what a project is to reach.
    pub(super) particular: &'static str,
    /// After how many days it was closed.
    pub(super) lasted: Option<i64>,
}

const fn unit(
    kind: UnitKind,
    name: &'static str,
    below: &'static str,
    head: &'static str,
    duties: &'static str,
    particular: &'static str,
) -> UnitPlan {
    UnitPlan { kind, name, below, head, duties, particular, lasted: None }
}

/// An organisation of the demo.
pub(super) struct OrganisationPlan {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) operator: &'static str,
    pub(super) area: &'static str,
    pub(super) street: &'static str,
    pub(super) pack: Pack,
    pub(super) about: &'static str,
    pub(super) address: &'static str,
    pub(super) phone: &'static str,
    /// Short name, name, what it is.
    pub(super) services: &'static [(&'static str, &'static str, &'static str)],
    /// What it consists of, each after what it stands below.
    pub(super) units: &'static [UnitPlan],
    pub(super) staff: [&'static str; 8],
    /// One person more, at a post that the others do not have.
    pub(super) besides: (StaffPost, &'static str),
}

impl OrganisationPlan {
    /// Everybody who works here, each at a post.
    pub(super) fn people(&self) -> impl Iterator<Item = (&StaffPost, &'static str)> {
        STAFF.iter().zip(self.staff).chain([(&self.besides.0, self.besides.1)])
    }
}

/// One organisation for each pack.
pub(super) const ORGANISATIONS: &[OrganisationPlan] = &[
    OrganisationPlan {
        slug: "qs01",
        name: "榕树街道社会工作站",
        operator: "青榕社会工作服务中心",
        area: "榕树街道",
        street: "榕树街道",
        pack: Pack::S,
        about: "面向榕树街道居民，重点服务独居长者、困境儿童和低保家庭。",
        address: "青榕区榕树街道榕园路 5 号二楼",
        phone: "0990-8123001",
        services: &[
            ("escort", "长者陪诊", "陪同独居、行动不便的长者就医，协助挂号、取药和复诊。"),
            ("family", "家庭支持", "帮助遇到困难的家庭梳理问题、链接资源、改善沟通。"),
            ("relief", "救助申请协助", "协助低保、临时救助等政策的申请和跟进。"),
        ],
        units: &[
            unit(
                Site,
                "榕园服务点",
                "",
                "worker1",
                "接待榕园片区的来访，每周二、周四下午有社工驻点。",
                "青榕区榕园路 88 号老人活动中心一楼",
            ),
            unit(
                Project,
                "独居长者安居计划",
                "榕园服务点",
                "worker1",
                "摸清独居长者的居家风险，逐户制定并落实安居措施。",
                "两年内让片区内每位独居长者都有探访人和紧急联系人。",
            ),
            unit(Group, "探访组", "独居长者安居计划", "worker2", "每周上门探访，发现变化当天反馈。", ""),
            UnitPlan {
                lasted: Some(210),
                ..unit(Site, "旧墟服务点", "", "worker2", "旧墟片区的接待和登记。", "青榕区旧墟街 3 号")
            },
        ],
        staff: ["陈立榕", "周映雪", "李慕安", "王怀之", "赵清和", "黄知言", "吴守一", "郑文徽"],
        besides: (StaffPost { name: "auditor", roles: &[Role::Auditor] }, "严律己"),
    },
    OrganisationPlan {
        slug: "fl01",
        name: "青榕区社会福利院",
        operator: "青榕区社会福利院",
        area: "青榕区",
        street: "福园街道",
        pack: Pack::W,
        about: "为特困老人、孤残人员提供照护和康复服务。",
        address: "青榕区福园路 18 号",
        phone: "0990-8123002",
        services: &[
            ("care", "日间照护", "白天的生活照料、康复训练和文娱活动。"),
            ("rehab", "居家康复指导", "康复师上门评估并指导家属进行日常训练。"),
        ],
        units: &[
            unit(Site, "福园院区", "", "archivist", "照护楼、康复楼和院内公共区域。", "青榕区福园路 18 号"),
            unit(Department, "护理部", "", "nurse", "日常照护、用药管理、交接班和护理记录。", ""),
            unit(Department, "行政部", "", "archivist", "人事、后勤、档案和来访接待。", ""),
            unit(
                Project,
                "康复进家门",
                "护理部",
                "worker1",
                "为出院返家的长者提供居家康复指导。",
                "一年内完成 60 户入户指导，家属能独立完成日常训练。",
            ),
        ],
        staff: ["梁景行", "罗若谷", "宋思远", "唐有为", "许明净", "邓长青", "冯岁安", "曹书简"],
        besides: (StaffPost { name: "nurse", roles: &[Role::Nurse, Role::DepartmentHead] }, "阮慈航"),
    },
    OrganisationPlan {
        slug: "et01",
        name: "小榕芽儿童服务中心",
        operator: "榕芽公益发展中心",
        area: "青榕区",
        street: "榕树街道",
        pack: Pack::C,
        about: "为留守儿童、困境儿童及其家庭提供成长陪伴和支持。",
        address: "青榕区书院街 9 号",
        phone: "0990-8123003",
        services: &[
            ("growth", "成长陪伴", "每周一次的个别陪伴，关注学习、情绪和同伴关系。"),
            ("parents", "亲子沟通支持", "帮助家长和孩子更好地说话和相处。"),
        ],
        units: &[
            unit(Site, "书院街活动点", "", "worker2", "小组活动、作业辅导和亲子阅读的场所。", "青榕区书院街 9 号"),
            unit(Department, "接案部", "", "intake", "受理转介和来访，完成初步了解和分级。", ""),
            unit(Department, "评估部", "", "counsellor", "成长环境、情绪和行为的评估。", ""),
            unit(Department, "服务部", "", "worker1", "个别陪伴、小组和家庭服务的实施。", ""),
            unit(Department, "督导部", "", "supervisor", "服务质量督导和社工支持。", ""),
            unit(
                Project,
                "放学以后",
                "服务部",
                "worker2",
                "放学后到晚饭前的陪伴和作业辅导。",
                "每学期服务 30 名留守儿童，家长每月收到一次反馈。",
            ),
        ],
        staff: ["苏念慈", "卢望舒", "蒋朝阳", "蔡予安", "丁可期", "魏言蹊", "薛满仓", "叶存档"],
        besides: (StaffPost { name: "quality", roles: &[Role::Quality] }, "程公衡"),
    },
    OrganisationPlan {
        slug: "sq01",
        name: "竹溪社区服务中心",
        operator: "青榕区竹溪社区居民委员会",
        area: "竹溪社区",
        street: "竹溪镇",
        pack: Pack::K,
        about: "一站式受理居民的各类服务需求，便民、助老、助残、文化和法律。",
        address: "青榕区竹溪路 66 号",
        phone: "0990-8123004",
        services: &[
            ("window", "综合帮办", "不清楚找谁的事，由中心帮助受理、转办和跟进。"),
            ("elder", "助老服务", "助餐、助浴、助行和定期探访。"),
            ("law", "法律咨询", "由驻点律师提供婚姻、赡养、劳动等方面的咨询。"),
        ],
        units: &[
            unit(Department, "综合协调部", "", "intake", "统一受理、转办、跟进和归口协调。", ""),
            unit(Department, "业务执行部", "", "worker1", "各项便民、助老和文化服务的组织实施。", ""),
            unit(Department, "监督评价部", "", "", "", ""),
            unit(
                Site,
                "竹溪东门服务点",
                "",
                "worker2",
                "东门片区的帮办、助餐和法律咨询预约。",
                "青榕区竹溪路东段 12 号",
            ),
        ],
        staff: ["方守正", "石见素", "姚听雨", "谭归远", "廖晴川", "邹一诺", "熊有余", "金卷舒"],
        besides: (StaffPost { name: "volunteer", roles: &[Role::Volunteer] }, "洪助邻"),
    },
    OrganisationPlan {
        slug: "xl01",
        name: "青榕区未成年人心理辅导站",
        operator: "知微心理服务中心",
        area: "青榕区",
        street: "竹溪镇",
        pack: Pack::P,
        about: "为 6 至 18 岁未成年人及其家长提供心理咨询、疏导和家庭支持。",
        address: "青榕区学府路 3 号",
        phone: "0990-8123005",
        services: &[
            ("counsel", "心理咨询", "由心理咨询师提供的个别咨询，每次 50 分钟。"),
            ("support", "心理疏导", "面对考试、人际和情绪困扰时的短程支持。"),
        ],
        units: &[
            unit(Site, "学府路辅导室", "", "worker2", "咨询、团体辅导和值班接待的场所。", "青榕区学府路 3 号二楼"),
            unit(Department, "咨询部", "", "counsellor", "个别咨询的预约、实施和转介。", ""),
            unit(
                Project,
                "开学季心理护航",
                "咨询部",
                "worker1",
                "开学前后的校园宣讲、筛查和短程支持。",
                "覆盖辖区 6 所中小学，需要支持的学生一周内得到首次面谈。",
            ),
            unit(Group, "校园宣讲组", "开学季心理护航", "worker2", "备课、进校宣讲和现场答疑。", ""),
        ],
        staff: ["顾心远", "孟静深", "秦望北", "白露生", "江疏影", "史可信", "段知数", "侯藏书"],
        besides: (StaffPost { name: "security", roles: &[Role::InformationSecurity] }, "傅求真"),
    },
];

/// Surnames and given names of those who are served.
pub(super) const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林",
    "罗", "欧阳", "司徒",
];
/// Given names of grown-ups.
pub(super) const GIVEN: &[&str] = &[
    "桂兰", "秀英", "建国", "志强", "玉珍", "国华", "淑芬", "德福", "惠芳", "永康", "金水", "美莲", "长根", "翠萍",
    "守义", "月娥", "振邦", "彩霞", "福生", "素琴", "大勇", "丽华", "明亮", "春花", "敏",
];
/// Given names of children.
pub(super) const YOUNG: &[&str] = &[
    "子涵", "雨桐", "浩然", "欣怡", "宇轩", "诗琪", "乐乐", "梓萱", "俊熙", "可馨", "一鸣", "思彤", "小北", "安安",
    "嘉树",
];
/// Streets.
pub(super) const STREETS: &[&str] = &["榕园路", "竹溪路", "书院街", "福园路", "学府路", "渡口巷", "荷塘街", "新桥路"];
