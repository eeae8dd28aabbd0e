/** Words before a full stop that does not end a sentence, lower-case, by language; '*' holds in every language. */
interface Abbreviations {
  /** Never last in a sentence: titles, references, "for example". */
  readonly inside: ReadonlySet<string>
  /** Before a number only: "No. 5", "p. 12". */
  readonly beforeNumbers: ReadonlySet<string>
}

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const inside: Readonly<Record<string, string>> = {
  '*': 'e.g i.e cf viz vs approx resp ed eds ibid op cit et.al st mt ft dr prof mr mrs ms sr jr messrs mme mlle',
  en: 'gen col capt lt sgt rev hon gov pres sen rep supt maj cmdr adm esq ref refs incl excl dept univ assn bros eqs mss trans',
  de: 'z.b d.h u.a o.ä u.ä i.d.r z.t bzw ca evtl ggf inkl exkl sog vgl zzgl abzgl bspw hl hr fr dipl ing phil med jur nat rer str tel tab abb anm aufl ausg bd bde bes betr bez dgl dt engl entspr erw franz geb gest gem ges griech hrsg insb jh jhd kath ev lat lt mind max min mio mrd mtl nachf o.g orig österr pos rd röm s.o s.u schweiz sen sp tägl teilw u.u übers ugs urspr usf v.a v.chr n.chr verf vermtl vorl wiss zw i.a i.allg m.e e.v f.d einschl ehem allg dez nov okt sept aug febr jan',
  fr: 'm mm mgr p.ex c.-à-d c.à.d av env éd fig chap vol réf tél bd ste cie ex art al dir coll trad apr j.-c',
  es: 'sr sra srta sres d dª dña ud uds vd vds p.ej pág págs cap fig núm tel aprox av avda c ee.uu art vol ed lic ing',
  it: 'sig sig.ra sigg dott dott.ssa ing avv prof.ssa es p.es ecc.ti pag pagg cap fig vol tel art ca n nn geom rag on',
  pt: 'sr sra srs dra exmo v.ex p.ex pág págs cap fig núm tel av art vol ed eng lic aprox',
  nl: 'dhr mevr mw drs ir ing bijv bv d.w.z o.a m.b.t t.a.v i.v.m ca nr fig blz hfst resp incl excl a.u.b m.a.w o.l.v z.o.z',
  sv: 't.ex bl.a d.v.s dvs s.k f.d m.a.o p.g.a ca kap fig s tel fr o.m t.o.m fr.o.m i.st resp inkl exkl nr bl m.h.a e.kr f.kr',
  da: 'f.eks bl.a dvs d.v.s ca kap fig tel pga p.g.a m.m.f nr inkl ekskl jf evt hhv mht iht pkt stk f.kr e.kr fx',
  no: 'f.eks bl.a dvs d.v.s ca kap fig tlf pga p.g.a nr inkl ekskl jf evt hhv mht iht pkt f.kr e.kr kl',
  fi: 'esim mm ts ns nk ks vrt n noin luku kuva s puh os tri prof maist e.kr j.kr klo',
  pl: 'np tj tzn m.in dr hab inż mgr prof ul tel rys tab wg zob por im św tzw ok godz nr str rozdz red płk gen ks al pl',
  cs: 'např tj tzn mj resp popř příp apod.např č str obr tab kap ing mgr dr doc prof judr mudr phdr rndr sv tel tzv ul cca zvl srov viz.např př.n.l',
  sk: 'napr tj tzn resp príp č str obr tab kap ing mgr doc sv tel tzv ul cca porov',
  ru: 'т.е т.к т.н т.д.и напр см ср рис табл гл стр ул пр г гг в вв р руб тыс млн млрд им акад проф доц инж тел п пп ст',
  uk: 'напр див рис табл гол стор вул р рр ст ім акад проф доц тис млн млрд т.зв т.е',
  tr: 'dr prof doç yrd av örn bkz vb.gibi sn no s c çev haz yay m.ö m.s',
  hu: 'pl ill kb ún dr prof ld vö stb.pl old fej ábra tel u',
  ro: 'dl dna dr prof ing ex p.ex pag cap fig nr vol str tel art lit',
}

const beforeNumbers: Readonly<Record<string, string>> = {
  '*': 'no nos nr p pp fig figs vol vols ch chap sec sect eq eqn art tab ver v par para app col cols pt pts l ll fol f ff n nn bk cap lib abs ex item op',
  en: 'c ca circa b d r jan feb mar apr jun jul aug sep sept oct nov dec ref refs rule',
  de: 's z bl kap abschn art nr ziff anh anl rn rz bd abb tab gl zif um',
  fr: 'p n art chap fig tab vol t num vers',
  es: 'p pág núm fig cap art vol t',
  it: 'p pag n fig cap art vol',
  pt: 'p pág n fig cap art vol',
  nl: 'p blz nr fig hfst art',
  fi: 's luku kuva kpl',
  pl: 's str rys tab nr art poz pkt',
  cs: 's str č obr tab kap čl odst písm',
  ru: 'с стр рис табл гл п ст № т',
}

/** Words that often begin a sentence: after "plan B." or "the U.S." they tell an end from an abbreviation. */
const starters: Readonly<Record<string, string>> = {
  en: 'the a an it its he she they we you i this that these those there in on at for from with if when while as but and or so however then thus what who how why where all some many most each every no not our their his her my your also after before since because although both one two here now once to by',
  de: 'der die das ein eine er sie es wir ihr ich dies diese dieser dieses in im am auf bei von mit wenn als aber und oder so doch dann was wer wie warum wo alle viele nach vor seit weil da zum zur man auch nur hier jede jeder',
  fr: "le la les un une il elle ils elles nous vous je ce cette ces dans en au aux pour avec si quand mais et ou donc puis on l'on c'est",
  es: 'el la los las un una él ella ellos nosotros yo este esta estos en para con si cuando pero y o así se no lo',
}

const build = (table: Readonly<Record<string, string>>, language: string): ReadonlySet<string> =>
  new Set([...list(table['*'] ?? ''), ...(table[language] === undefined ? [] : list(table[language]))])

const cache = new Map<string, Abbreviations & { readonly starters: ReadonlySet<string> }>()

/** Abbreviations and sentence starters of a language (ISO 639-1, e.g. "de"). */
export function abbreviationsOf(language: string): Abbreviations & { readonly starters: ReadonlySet<string> } {
  const known = cache.get(language)
  if (known !== undefined) return known
  const made = { inside: build(inside, language), beforeNumbers: build(beforeNumbers, language), starters: build(starters, language) }
  cache.set(language, made)
  return made
}
