//! Prints a file with everything in it that a sheet can hold, to be looked at: `cargo run -p press --example proof FILE`.

use domain::lang::Lang;
use press::{Book, Press};
use print::{Block, Cover, Document};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "proof.pdf".to_owned());
    let records = std::env::args().nth(2).and_then(|many| many.parse().ok()).unwrap_or(30);
    let book = book(records);
    let begun = Instant::now();
    let printed = Press::default().print(&book)?;
    println!("{} sheets, {} bytes, {:?}", printed.sheets, printed.bytes.len(), begun.elapsed());
    std::fs::write(file, printed.bytes)?;
    Ok(())
}

fn own(words: &str) -> String {
    words.to_owned()
}

fn pair(one: (&str, &str), other: (&str, &str)) -> Block {
    Block::Pair((own(one.0), own(one.1)), (own(other.0), own(other.1)))
}

fn said(label: &str, words: &str) -> Block {
    Block::Long(own(label), own(words))
}

fn book(records: usize) -> Book {
    let cover = Cover {
        number: own("QS01/GA/2026/001"),
        lines: vec![
            (own("服务对象"), own("王淑芬 C-0042")),
            (own("服务项目"), own("独居老人探访与陪伴服务")),
            (own("负责社工"), own("李明")),
            (own("开案日期"), own("2026年3月2日 周一")),
        ],
        seal: own("青山街道社会工作站（盖章）"),
    };
    let mut documents = vec![plan()];
    documents.extend((1..=records).map(record));
    documents.push(list());
    Book {
        title: own("个案卷宗 王淑芬 QS01/GA/2026/001"),
        organisation: own("青山街道社会工作站"),
        lang: Lang::Zh,
        cover: Some(cover),
        documents,
        foot: own("陈站长打印于2026年11月29日 周日 08:50"),
    }
}

fn document(title: &str, entry: String, blocks: Vec<Block>) -> Document {
    Document {
        title: own(title),
        entry,
        day: own("2026年3月9日"),
        number: own("QS01/GA/2026/001"),
        about: own("王淑芬"),
        blocks,
        signs: vec![own("服务人员"), own("审核人")],
        edition: format!("{title}第1版"),
        ..Document::default()
    }
}

fn plan() -> Document {
    let goals = [
        ["改善居家安全", "完成扶手安装，半年内没有跌倒", "2026年6月"],
        ["扩大社会交往", "每周至少参加一次站点活动", "2026年9月"],
    ];
    let blocks = vec![
        pair(("服务对象", "王淑芬 C-0042"), ("服务项目", "独居老人探访与陪伴服务")),
        pair(("编写人", "李明"), ("记录", "2026年3月9日 周一 10:20")),
        pair(("审核", "2026年3月10日 周二 16:00"), ("审核人", "陈督导")),
        said("目标", "让王奶奶在熟悉的家里安全、体面地生活，并重新建立与邻里的来往。"),
        Block::Rows(
            own("分目标"),
            ["目标", "怎样算达到", "期限"].map(own).to_vec(),
            goals.iter().map(|row| row.map(own).to_vec()).collect(),
        ),
        said("风险与预案", ""),
    ];
    Document {
        signs: vec![own("服务对象（监护人）"), own("负责社工"), own("审核人")],
        seal: Some(own("机构（盖章）")),
        ..document("个案服务计划表", own("服务计划（第 1 稿）"), blocks)
    }
}

fn record(place: usize) -> Document {
    let story = "上门时王奶奶正在择菜，见到社工很高兴，说“这几天睡得比上个月好”。社工查看了卫生间新装的扶手（型号 A-102），稳固；\
                 提醒夜间起身先坐 30 秒。她提到女儿 10 月会回来，想一起去 CT 复查。";
    let mut blocks = vec![
        pair(("发生", "2026年3月9日 周一 10:00"), ("记录", "2026年3月9日 周一 17:20")),
        pair(("编写人", "李明"), ("服务方式", "上门探访")),
    ];
    blocks.push(said("服务过程", &vec![story; 1 + place * 7 % 23].join("\n")));
    blocks.push(said("下一步", story));
    document("个案服务记录表", format!("服务记录 · 上门探访（{place}）"), blocks)
}

fn list() -> Document {
    let heads = ["序号", "名称", "规格型号", "数量", "存放地点", "检查结果", "备注"];
    let row = |place: usize| {
        [
            "",
            "手提式干粉灭火器",
            "MFZ/ABC4",
            "2 具",
            "一楼活动室东侧门后",
            "压力正常，铅封完好",
            "#set text(red) $x^2$ *粗* `code` \\ // 𠮷 \u{7} 𪛕",
        ]
        .iter()
        .enumerate()
        .map(|(column, words)| if column == 0 { place.to_string() } else { own(words) })
        .collect()
    };
    let blocks = vec![Block::Rows(own("设施清单"), heads.map(own).to_vec(), (1..=40).map(row).collect())];
    Document { landscape: true, ..document("消防设施清单", own("消防设施清单"), blocks) }
}
